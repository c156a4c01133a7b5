import type { Json } from '../../../runbook/core/json.ts';
import { cellText } from '../table/columns.ts';

/** Finds what belongs to a value; -1 for nothing. What was added first wins over what is the same. */
export interface KeyIndex {
  add(key: Json, at: number): void;
  find(value: Json | undefined): number;
}

export function exactKeys(ignoreCase: boolean): KeyIndex {
  const known = new Map<string, number>();
  const keyOf = (value: Json | undefined) => (ignoreCase ? cellText(value).trim().toLowerCase() : cellText(value).trim());
  return {
    add(value, at) {
      const key = keyOf(value);
      if (key !== '' && !known.has(key)) known.set(key, at);
    },
    find: (value) => known.get(keyOf(value)) ?? -1,
  };
}

/** Addresses, of both families, in whatever form they are written; keys may be ranges (CIDR), of which the narrowest wins. */
export async function addressKeys(): Promise<KeyIndex & { readonly refused: () => number }> {
  const { default: ipaddr } = await import('ipaddr.js');
  /** By family and length of the prefix, longest first. */
  const ranges = new Map<string, { readonly bytes: number; readonly bits: number; readonly networks: Map<string, number> }>();
  let order: (typeof ranges extends Map<string, infer R> ? R : never)[] = [];
  const seen = new Map<string, number>();
  let refused = 0;

  const bytesOf = (text: string): number[] | undefined => {
    // Forms such as `127.1` or `0x7f000001` are not what a log has.
    if (!text.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
    return ipaddr.isValid(text) ? ipaddr.process(text).toByteArray() : undefined;
  };
  return {
    refused: () => refused,
    add(value, at) {
      const text = cellText(value).trim();
      if (text === '') return;
      const [address = '', prefix] = text.split('/');
      const bytes = bytesOf(address);
      const bits = prefix === undefined ? (bytes?.length ?? 0) * 8 : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
      if (!bytes || bits < 0 || bits > bytes.length * 8) {
        refused++;
        return;
      }
      const name = `${bytes.length}/${bits}`;
      const range = ranges.get(name) ?? { bytes: bytes.length, bits, networks: new Map<string, number>() };
      ranges.set(name, range);
      const network = masked(bytes, bits);
      if (!range.networks.has(network)) range.networks.set(network, at);
      order = [...ranges.values()].sort((a, b) => b.bits - a.bits);
    },
    find(value) {
      const text = cellText(value).trim();
      const known = seen.get(text);
      if (known !== undefined) return known;
      const bytes = bytesOf(text);
      let found = -1;
      for (const range of bytes ? order : []) {
        if (range.bytes !== bytes?.length) continue;
        found = range.networks.get(masked(bytes, range.bits)) ?? -1;
        if (found >= 0) break;
      }
      // Logs name the same addresses over and over; what is remembered is bounded.
      if (seen.size > 100_000) seen.clear();
      seen.set(text, found);
      return found;
    },
  };
}

function masked(bytes: readonly number[], bits: number): string {
  let key = '';
  for (let at = 0; at < bytes.length; at++) {
    const keep = Math.min(8, Math.max(0, bits - at * 8));
    key += String.fromCharCode((bytes[at] ?? 0) & (0xff << (8 - keep)) & 0xff);
  }
  return key;
}
