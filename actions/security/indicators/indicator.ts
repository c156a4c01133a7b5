import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';

export const indicatorTypes = ['ip', 'cidr', 'domain', 'url', 'hash'] as const;
export type IndicatorType = (typeof indicatorTypes)[number];

/** Something that an attack leaves behind. `value` is its one spelling: lower case, canonical IPv6, networks without host bits. */
export interface Indicator {
  readonly type: IndicatorType;
  readonly value: string;
}

export const keyOf = ({ type, value }: Indicator): string => `${type}:${value}`;

const longest = 8192;
const hash = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i;
const address = /^(?:\d{1,3}\.){3}\d{1,3}$/;
/** As feeds write it: an address with the port that it served something on. */
const withPort = /^((?:\d{1,3}\.){3}\d{1,3}):\d{1,5}$/;
const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** Reads what people and feeds write, also defanged. Undefined where it is none of the types. */
export function readIndicator(written: string): Indicator | undefined {
  if (written.length > longest) return undefined;
  const text = refang(written.trim());
  if (hash.test(text)) return { type: 'hash', value: text.toLowerCase() };
  return readAddress(text) ?? (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? readUrl(text) : readDomain(text));
}

/** `hxxps[:]//evil[.]example` is written so that nobody follows it by accident. */
function refang(text: string): string {
  return text
    .replace(/^["'<]+|["'>]+$/g, '')
    .replace(/^(?:hxxp|h\*\*p|meow)(s?)(?=:|\[)/i, 'http$1')
    .replace(/\[:\/\/\]/g, '://')
    .replace(/\[:\]/g, ':')
    .replace(/\[(?:\.|dot)\]|\((?:\.|dot)\)|\{(?:\.|dot)\}/gi, '.');
}

function readAddress(text: string): Indicator | undefined {
  const bare = withPort.exec(text)?.[1] ?? text.replace(/^\[(.*)\]$/, '$1');
  const [base = '', bits, more] = bare.split('/');
  if (more !== undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const ip = readIp(base);
  if (!ip) return undefined;
  const width = ip.kind() === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? width : Number(bits);
  if (length > width) return undefined;
  return length === width ? { type: 'ip', value: ip.toString() } : { type: 'cidr', value: networkOf(ip, length) };
}

/** IPv4 in IPv6 counts as IPv4. A zone (`%eth0`) means nothing elsewhere. */
export function readIp(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (text.includes('.') ? !address.test(text.replace(/^::ffff:/i, '')) : !/^[0-9a-f:]{2,39}$/i.test(text)) return undefined;
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

/** The network of `length` bits that an address is in, such as `198.51.100.0/24`. */
export function networkOf(ip: ipaddr.IPv4 | ipaddr.IPv6, length: number): string {
  const bytes = ip.toByteArray().map((byte, index) => byte & (0xff00 >> Math.max(0, Math.min(8, length - index * 8))) & 0xff);
  return `${ipaddr.fromByteArray(bytes).toString()}/${length}`;
}

function readUrl(text: string): Indicator | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!['http:', 'https:', 'ftp:', 'ws:', 'wss:', 'tcp:', 'udp:'].includes(url.protocol) || url.hostname === '') return undefined;
  url.hash = '';
  url.username = '';
  url.password = '';
  return { type: 'url', value: url.href };
}

function readDomain(text: string): Indicator | undefined {
  if (text.length > 255 || !/^[^\s/@:?#%\\]+$/.test(text) || !text.includes('.')) return undefined;
  const ascii = /^[\x21-\x7e]+$/.test(text) ? text.toLowerCase() : domainToASCII(text);
  const name = ascii.replace(/^\*\./, '').replace(/\.$/, '');
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  // A last part of digits is a version or a broken address.
  if (labels.length < 2 || name.length > 253 || !/^(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/.test(last)) return undefined;
  return labels.every((part) => label.test(part)) ? { type: 'domain', value: name } : undefined;
}

/** Where a URL leads: a domain or an address. */
export function hostOf(url: string): Indicator | undefined {
  return URL.canParse(url) ? readIndicator(new URL(url).hostname) : undefined;
}

/** A domain's own name, then those above it down to two labels. */
export function withParents(domain: string): string[] {
  const labels = domain.split('.');
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
}
