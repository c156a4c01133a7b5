import ipaddr from 'ipaddr.js';
import { hostOf, type Indicator } from '../../indicators/indicator.ts';
import { readIpv4, readIpv6 } from './addresses.ts';
import { ByteTable } from './byte-table.ts';
import { classes, colon, dash, digit, dot, fold, hashNext, hashSeed, hexLetter, lineEnd, token, underscore } from './bytes.ts';
import { Networks } from './networks.ts';
import { standsAround, type UrlParts, urlParts } from './urls.ts';

/**
 * Finds indicators in bytes, in one pass, without a text for each line.
 *
 * 1. A token is a longest run of letters, digits, dots, dashes and underscores, so what is found is whole.
 * 2. What a token can be follows from the bytes in it: an address, a hash, a name. Only then is it looked up.
 * 3. A name is hashed from its end, so that the names above it are looked up on the way.
 * 4. A URL is looked up by its host, and compared around it.
 * 5. Bytes that are scanned end with one that no token has.
 */
export class Scanner {
  /** Lines before the place that is scanned, and where its line began in the buffer. */
  line = 0;
  lineStart = 0;
  readonly #found: (id: number, start: number) => void;
  readonly #ipv4 = new Networks(1);
  readonly #ipv6 = new Networks(4);
  readonly #hashes: ByteTable;
  readonly #hashIds: number[] = [];
  readonly #hashLengths = new Uint8Array(256);
  readonly #names: ByteTable;
  readonly #nameIds: (number | undefined)[] = [];
  readonly #urls: UrlParts[][] = [];
  /** By the last two bytes of a name: most names of a log end here. */
  readonly #endings = new Uint8Array(65_536);
  readonly #address = new Int32Array(4);
  /** Of the names of hosts, what leads from an address's entry to its URLs. */
  readonly #urlHosts = new Map<number, UrlParts>();
  #buffer: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;
  #start = 0;
  #end = 0;

  /** `found` gets the indicator's number and where it stands; `line` and `lineStart` are of its line then. */
  constructor(indicators: readonly Indicator[], found: (id: number, start: number) => void) {
    this.#found = found;
    const hashes: string[] = [];
    const names = new Map<string, { id?: number; urls: UrlParts[] }>();
    const nameOf = (value: string) => {
      const known = names.get(value) ?? { urls: [] };
      names.set(value, known);
      return known;
    };
    for (const [id, { type, value }] of indicators.entries()) {
      if (type === 'hash') {
        hashes.push(value);
        this.#hashIds.push(id);
        this.#hashLengths[value.length] = 1;
      } else if (type === 'domain') nameOf(value).id = id;
      else if (type === 'url') {
        const host = hostOf(value);
        const parts = urlParts(id, value, new URL(value).hostname.replace(/^\[|\]$/g, ''));
        if (host?.type === 'domain') nameOf(host.value).urls.push(parts);
        else if (host?.type === 'ip') {
          this.#urlHosts.set(id, parts);
          this.#addNetwork(host.value, id);
        }
      } else this.#addNetwork(value, id);
    }
    for (const [name, { id, urls }] of names) {
      this.#nameIds.push(id);
      this.#urls.push(urls);
      this.#endings[(fold(name.charCodeAt(name.length - 2)) << 8) | fold(name.charCodeAt(name.length - 1))] = 1;
    }
    this.#names = new ByteTable([...names.keys()]);
    this.#hashes = new ByteTable(hashes);
  }

  #addNetwork(value: string, id: number): void {
    const [base = '', length] = value.split('/');
    const ip = ipaddr.parse(base);
    const into = ip.kind() === 'ipv4' ? this.#ipv4 : this.#ipv6;
    into.add(ip.toByteArray(), length === undefined ? (ip.kind() === 'ipv4' ? 32 : 128) : Number(length), id);
  }

  scan(buffer: Uint8Array, from: number, to: number): void {
    const kinds = classes;
    const ipv6 = !this.#ipv6.empty;
    this.#buffer = buffer;
    this.#from = from;
    this.#to = to;
    let seen = from;
    let at = from;
    while (at < to) {
      let kind = kinds[buffer[at] as number] as number;
      if (kind === 0) {
        at++;
        continue;
      }
      if ((kind & token) === 0) {
        if (kind === lineEnd) {
          this.line++;
          this.lineStart = at + 1;
        } else if (ipv6 && at >= seen) seen = this.#colons(at, from, to);
        at++;
        continue;
      }
      const start = at;
      let flags = kind;
      kind = kinds[buffer[++at] as number] as number;
      while ((kind & token) !== 0) {
        flags |= kind;
        kind = kinds[buffer[++at] as number] as number;
      }
      if ((flags & dot) !== 0) {
        if ((flags & ~(digit | dot)) === 0) this.#numbers(start, at);
        else this.#name(start, at, flags);
      } else if ((flags & ~(digit | hexLetter)) === 0 && this.#hashLengths[at - start] === 1) this.#hash(start, at);
    }
  }

  #numbers(from: number, to: number): void {
    let [start, end] = [from, to];
    while (end > start && this.#buffer[end - 1] === 0x2e) end--;
    while (start < end && this.#buffer[start] === 0x2e) start++;
    if (end - start < 7 || end - start > 15 || !readIpv4(this.#buffer, start, end, this.#address)) return;
    this.#start = start;
    this.#end = end;
    this.#ipv4.find(this.#address, this.#foundAddress);
  }

  /** An address alone, or the host of a URL. */
  readonly #foundAddress = (id: number): void => {
    const url = this.#urlHosts.get(id);
    if (url === undefined || standsAround(this.#buffer, this.#start, this.#end, this.#from, this.#to, url)) this.#found(id, this.#start);
  };

  #name(from: number, to: number, flags: number): void {
    const buffer = this.#buffer;
    let [start, end] = [from, to];
    while (end > start && buffer[end - 1] === 0x2e) end--;
    while (start < end && buffer[start] === 0x2e) start++;
    if ((flags & digit) !== 0) this.#inside(start, end, flags);
    if (end - start < 4) return;
    if (this.#endings[(fold(buffer[end - 2] ?? 0) << 8) | fold(buffer[end - 1] ?? 0)] === 0) return;
    // No name is longer.
    const first = Math.max(start, end - 254);
    let hash = hashSeed;
    let dots = 0;
    for (let at = end - 1; at >= first; at--) {
      const byte = buffer[at] as number;
      if (byte === 0x2e && dots++ > 0) this.#look(hash, at + 1, end);
      hash = hashNext(hash, byte);
    }
    if (dots > 0 && first === start) this.#look(hash, start, end);
  }

  #look(hash: number, start: number, end: number): void {
    const index = this.#names.find(hash, this.#buffer, start, end);
    if (index < 0) return;
    const id = this.#nameIds[index];
    if (id !== undefined) this.#found(id, start);
    for (const url of this.#urls[index] ?? []) {
      if (standsAround(this.#buffer, start, end, this.#from, this.#to, url)) this.#found(url.id, start);
    }
  }

  /** Addresses beside dashes (`192.0.2.1-192.0.2.9`), and a hash that a file is named by (`….exe`). */
  #inside(start: number, end: number, flags: number): void {
    const buffer = this.#buffer;
    if ((flags & (dash | underscore)) !== 0) {
      for (let at = start; at < end; ) {
        const from = at;
        let kinds = 0;
        for (
          let kind = classes[buffer[at] ?? 0] ?? 0;
          at < end && (kind & (dash | underscore)) === 0;
          kind = classes[buffer[++at] ?? 0] ?? 0
        )
          kinds |= kind;
        if (kinds === (digit | dot)) this.#numbers(from, at);
        at++;
      }
    }
    if (end - start < 33 || this.#hashIds.length === 0) return;
    for (let at = start; at < end; ) {
      const from = at;
      let kinds = 0;
      for (let kind = classes[buffer[at] ?? 0] ?? 0; at < end && kind !== dot; kind = classes[buffer[++at] ?? 0] ?? 0) kinds |= kind;
      if ((kinds & ~(digit | hexLetter)) === 0 && this.#hashLengths[at - from] === 1) this.#hash(from, at);
      at++;
    }
  }

  #hash(start: number, end: number): void {
    let hash = hashSeed;
    for (let at = end - 1; at >= start; at--) hash = hashNext(hash, this.#buffer[at] as number);
    const index = this.#hashes.find(hash, this.#buffer, start, end);
    const id = index < 0 ? undefined : this.#hashIds[index];
    if (id !== undefined) this.#found(id, start);
  }

  /** The run of colons and hexadecimal digits around a colon, when it is an address. Gives where the run ends. */
  #colons(at: number, from: number, to: number): number {
    const buffer = this.#buffer;
    const part = colon | digit | hexLetter;
    let start = at;
    let end = at + 1;
    while (start > from && ((classes[buffer[start - 1] ?? 0] ?? 0) & part) !== 0) start--;
    while (end < to && ((classes[buffer[end] ?? 0] ?? 0) & part) !== 0) end++;
    const next = end;
    // `from=2001:db8::1:` ends a clause; `::` alone ends an address.
    if (end - start > 3 && buffer[end - 1] === 0x3a && buffer[end - 2] !== 0x3a) end--;
    if (end - start < 3 || end - start > 39 || isWord(buffer[start - 1], start > from) || isWord(buffer[next], next < to)) return next;
    if (!readIpv6(buffer, start, end, this.#address)) return next;
    this.#start = start;
    this.#end = end;
    this.#ipv6.find(this.#address, this.#foundAddress);
    return next;
  }
}

/** A dot at the end of a sentence does not make it another address. */
const isWord = (byte: number | undefined, inside: boolean): boolean => inside && ((classes[byte ?? 0] ?? 0) & (token & ~dot)) !== 0;
