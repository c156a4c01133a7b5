import { fold } from './bytes.ts';

/** A URL around its host: what stands before, in any case, and after. */
export interface UrlParts {
  readonly id: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

const slash = 0x2f;
const backslash = 0x5c;

/** `host` as it stands in `url`. */
export function urlParts(id: number, url: string, host: string): UrlParts {
  const at = url.indexOf(host, url.indexOf('://'));
  return { id, before: Buffer.from(url.slice(0, at), 'latin1').map(fold), after: Buffer.from(url.slice(at + host.length), 'latin1') };
}

/** The URL stands around these bytes, and ends where it should. A slash may be written `\/`, as some writers of JSON do. */
export function standsAround(
  buffer: Uint8Array,
  start: number,
  end: number,
  from: number,
  to: number,
  { before, after }: UrlParts,
): boolean {
  let at = start - 1;
  for (let own = before.length - 1; own >= 0; own--, at--) {
    if (at < from || fold(buffer[at] ?? 0) !== before[own]) return false;
    if (before[own] === slash && at > from && buffer[at - 1] === backslash) at--;
  }
  at = end;
  const rootAlone = after.length === 1 && after[0] === slash;
  for (let own = 0; own < after.length; own++) {
    if (after[own] === slash && buffer[at] === backslash && buffer[at + 1] === slash) at++;
    if (at >= to || buffer[at] !== after[own]) {
      if (rootAlone) break;
      return false;
    }
    at++;
  }
  return at >= to || !goesOn(buffer, at);
}

const ongoing = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) if (/[\w~%/=&+@:$*\x80-\xff-]/.test(String.fromCharCode(byte))) ongoing[byte] = 1;

/** A parameter or fragment may follow; a dot or a comma ends it unless more follows that. */
function goesOn(buffer: Uint8Array, at: number): boolean {
  const byte = buffer[at] ?? 0;
  if (byte === backslash) return buffer[at + 1] === slash;
  if (byte === 0x2e || byte === 0x2c || byte === 0x3b || byte === 0x21) return ongoing[buffer[at + 1] ?? 0] === 1;
  return ongoing[byte] === 1;
}
