import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address or a network as a range; a network in its usual form, host bits cleared, an IPv4 address in IPv6 clothes as IPv4. */
export interface Network {
  readonly family: 4 | 6;
  /** Length of the prefix. */
  readonly bits: number;
  /** The first address, without its prefix. */
  readonly address: string;
  /** As lists have it: a single address without its prefix. */
  readonly text: string;
  readonly first: bigint;
  readonly last: bigint;
}

const widths = { 4: 32, 6: 128 } as const;

/** A text says what is wrong. Forms that only some programs read (`127.1`, `0x7f.1`, leading zeros, zones) are refused. */
export function readNetwork(given: string): Network | string {
  const [host = '', prefix, ...more] = given.trim().split('/');
  if (more.length > 0 || isIP(host) === 0 || host.includes('%')) return 'it is neither an IPv4 nor an IPv6 address';
  if (prefix !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefix)) return 'behind the slash stands the length of a prefix, such as /24';
  if (prefix === undefined && isIP(host) === 4) return single(host);
  const parsed = ipaddr.parse(host);
  const mapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress();
  const plain = mapped ? parsed.toIPv4Address() : parsed;
  const family = plain.kind() === 'ipv4' ? 4 : 6;
  const width = widths[family];
  const bits = (prefix === undefined ? (mapped ? 128 : width) : Number(prefix)) - (mapped ? 96 : 0);
  if (bits < 0 || bits > width) return `a prefix is at most /${mapped ? 128 : width}${mapped ? ' and at least /96' : ''} there`;
  const size = 1n << BigInt(width - bits);
  const value = plain.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const first = value - (value % size);
  const address = textOf(first, width);
  return { family, bits, address, text: bits === width ? address : `${address}/${bits}`, first, last: first + size - 1n };
}

/** Most entries of long lists: Node takes IPv4 in its usual form alone. */
function single(address: string): Network {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const value = BigInt(a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d);
  return { family: 4, bits: 32, address, text: address, first: value, last: value };
}

function textOf(value: bigint, width: 32 | 128): string {
  const bytes = Array.from({ length: width / 8 }, (_, index) => Number((value >> BigInt(width - 8 - 8 * index)) & 0xffn));
  return ipaddr.fromByteArray(bytes).toString();
}

export const overlap = (a: Network, b: Network): boolean => a.family === b.family && a.first <= b.last && b.first <= a.last;

/** Whether every address of `wanted` is in one of the others: two halves cover a whole. */
export function covered(wanted: Network, by: readonly Network[]): boolean {
  const parts = by.filter((other) => overlap(other, wanted)).sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  let next = wanted.first;
  for (const { first, last } of parts) {
    if (first > next) return false;
    if (last >= next) next = last + 1n;
  }
  return next > wanted.last;
}

/** Those that no wider one holds, in order: IPv4 first. */
export function widest(networks: readonly Network[]): Network[] {
  const sorted = networks.toSorted(
    (a, b) => a.family - b.family || (a.first < b.first ? -1 : a.first > b.first ? 1 : 0) || a.bits - b.bits,
  );
  const kept: Network[] = [];
  for (const network of sorted) {
    const before = kept.at(-1);
    if (before === undefined || before.family !== network.family || before.last < network.last) kept.push(network);
  }
  return kept;
}

/** The mask of a prefix, as nftables writes it. */
export const maskOf = ({ family, bits }: Pick<Network, 'family' | 'bits'>): string => {
  const width = widths[family];
  return textOf(((1n << BigInt(bits)) - 1n) << BigInt(width - bits), width);
};
