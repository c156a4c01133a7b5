import type { InputSpec } from './model.ts';

type Format = NonNullable<InputSpec['format']>;

/** A predicate for each format, linear in the length of the text, and the words that say what is wanted. */
export const formats: Readonly<Record<Format, { readonly words: string; readonly holds: (text: string) => boolean }>> = {
  ip: { words: 'an IP address such as 192.0.2.7 or 2001:db8::7', holds: (text) => isIpv4(text) || isIpv6(text) },
  ipv4: { words: 'an IPv4 address such as 192.0.2.7', holds: isIpv4 },
  ipv6: { words: 'an IPv6 address such as 2001:db8::7', holds: isIpv6 },
  cidr: { words: 'a network such as 192.0.2.0/24', holds: isCidr },
  hostname: { words: 'a host name such as edge-1.example.net', holds: isHostname },
  uri: { words: 'an absolute URI such as https://example.net/path', holds: isUri },
  email: { words: 'an e-mail address such as ops@example.net', holds: isEmail },
  'date-time': { words: 'a date and time with offset such as 2026-03-01T09:30:00Z', holds: isDateTime },
};

export const formatNames = Object.keys(formats) as readonly Format[];

/** Leading zeros are refused: some programs read them as octal. */
function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1);
  const tail = last?.includes('.') === true ? last : undefined;
  if (tail !== undefined && !(isIpv4(tail) && text.endsWith(tail))) return false;
  const words = tail === undefined ? all : all.slice(0, -1);
  if (!words.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word))) return false;
  const size = words.length + (tail === undefined ? 0 : 2);
  return halves.length === 2 ? size <= 7 : size === 8;
}

function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...more] = text.split('/');
  if (more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix)) return false;
  return (isIpv4(address) && Number(prefix) <= 32) || (isIpv6(address) && Number(prefix) <= 128);
}

function isHostname(text: string): boolean {
  const labels = text.endsWith('.') ? text.slice(0, -1).split('.') : text.split('.');
  return text.length <= 253 && labels.every((label) => /^(?!-)[A-Za-z0-9-]{1,63}$/.test(label) && !label.endsWith('-'));
}

function isUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/.test(text);
}

function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  return (
    at > 0 && local.length <= 64 && /^[^\s@<>"(),:;[\]\\]+$/.test(local) && !/^\.|\.\.|\.$/.test(local) && isHostname(text.slice(at + 1))
  );
}

function isDateTime(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:[Zz]|[+-](\d{2}):(\d{2}))$/.exec(text);
  if (parts === null) return false;
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return date >= 1 && date <= days && hour <= 23 && minute <= 59 && second <= 60 && offsetHour <= 23 && offsetMinute <= 59;
}
