import { isAscii, isUtf8 } from 'node:buffer';
import { readBytes } from '../files.ts';

export interface Encoding {
  /** As iconv-lite knows it; `utf-8` needs no decoding. */
  readonly name: string;
  /** Bytes of the byte order mark at the beginning. */
  readonly mark: number;
  /** Whether the file itself says so, or its bytes were looked at. */
  readonly sure: boolean;
}

/** So far it looks for the first letters beyond ASCII. */
const farthest = 16 * 1024 * 1024;

const marks: readonly { readonly bytes: readonly number[]; readonly name: string }[] = [
  { bytes: [0xef, 0xbb, 0xbf], name: 'utf-8' },
  { bytes: [0xff, 0xfe, 0, 0], name: 'utf-32le' },
  { bytes: [0, 0, 0xfe, 0xff], name: 'utf-32be' },
  { bytes: [0xff, 0xfe], name: 'utf-16le' },
  { bytes: [0xfe, 0xff], name: 'utf-16be' },
];

/** By its byte order mark, else by where its zeros are, else UTF-8 where that fits, else by the frequency of its letters. */
export async function detectEncoding(path: string, name: string, signal: AbortSignal): Promise<Encoding> {
  let at = 0;
  for await (const chunk of readBytes(path, name, signal)) {
    if (at === 0) {
      const mark = marks.find(({ bytes }) => bytes.every((byte, index) => chunk[index] === byte));
      if (mark) return { name: mark.name, mark: mark.bytes.length, sure: true };
      const wide = byZeros(chunk);
      if (wide) return { name: wide, mark: 0, sure: false };
    }
    if (!isAscii(chunk)) return { name: await byLetters(chunk), mark: 0, sure: false };
    at += chunk.length;
    if (at >= farthest) break;
  }
  return { name: 'utf-8', mark: 0, sure: false };
}

/** UTF-16 without a mark: of what is mostly ASCII, every second byte is zero. */
function byZeros(chunk: Buffer): string | undefined {
  const length = Math.min(chunk.length, 4096);
  if (length < 4) return undefined;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < length; at++) if (chunk[at] === 0) at % 2 === 0 ? even++ : odd++;
  if (odd > length * 0.3 && even < length * 0.05) return 'utf-16le';
  if (even > length * 0.3 && odd < length * 0.05) return 'utf-16be';
  return undefined;
}

async function byLetters(chunk: Buffer): Promise<string> {
  // A letter may be cut at the end of the chunk, and only there.
  for (let cut = 0; cut < 4 && cut < chunk.length; cut++) if (isUtf8(chunk.subarray(0, chunk.length - cut))) return 'utf-8';
  const { analyse } = await import('chardet');
  const found = analyse(chunk).find(({ name }) => !/^utf-?(8|16|32)/i.test(name));
  // Its superset: the letters between 0x80 and 0x9F, quotes and the euro sign, are not in ISO-8859-1 and are in the files so called.
  return found === undefined || /^(iso-8859-1|ascii)$/i.test(found.name) ? 'windows-1252' : found.name.toLowerCase();
}
