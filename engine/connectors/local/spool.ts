import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** A file that keeps the beginning and the end of a stream of text and says how much lies between. */
export interface Spool {
  /** False when the text, or part of it, went beyond the part that is written at once. */
  write(text: string): boolean;
  close(): { readonly bytes: number; readonly dropped: number };
}

/** `limit` in bytes, half of it for the beginning. A full disk loses output, never the script. */
export function openSpool(path: string, limit: number): Spool {
  const half = Math.max(1, Math.floor(limit / 2));
  const file = openSync(path, 'w', 0o600);
  let written = 0;
  let bytes = 0;
  let tail: Buffer[] = [];
  let tailLength = 0;
  let lost = 0;

  const put = (chunk: Uint8Array) => {
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
    } catch {
      lost += chunk.length;
    }
  };
  return {
    write(text) {
      const chunk = Buffer.from(text);
      bytes += chunk.length;
      let fits = tailLength > 0 ? 0 : Math.min(chunk.length, half - written);
      while (fits > 0 && fits < chunk.length && isInside(chunk[fits])) fits--;
      if (fits > 0) put(chunk.subarray(0, fits));
      written += fits;
      if (fits === chunk.length) return true;
      const rest = Buffer.from(chunk.subarray(fits));
      tail.push(rest);
      tailLength += rest.length;
      // In one go and seldom, so that many small writes stay cheap.
      if (tailLength > 2 * half) {
        const kept = Buffer.concat(tail).subarray(-half);
        tail = [kept];
        tailLength = kept.length;
      }
      return false;
    },
    close() {
      let rest = Buffer.concat(tail);
      if (rest.length > half) rest = rest.subarray(-half);
      let dropped = bytes - written - rest.length;
      if (dropped > 0) {
        let start = 0;
        while (start < rest.length && isInside(rest[start])) start++;
        rest = rest.subarray(start);
        dropped += start;
        put(Buffer.from(`\n[… ${dropped} bytes left out …]\n`));
      }
      put(rest);
      try {
        // An empty one has nothing to lose.
        if (bytes > 0) fsyncSync(file);
      } catch {
        // What is not on the disk is lost with the machine; how the script ended is not.
      }
      closeSync(file);
      return { bytes, dropped: dropped + lost };
    },
  };
}

/** Inside a character of several bytes. */
const isInside = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
