/** Bytes of a line; a longer one is read in pieces. */
const longestLine = 1024 * 1024;

export interface Block {
  /** Whole lines; the byte at `to - 1` ends the last. Only good until the next block. */
  readonly buffer: Buffer;
  readonly from: number;
  readonly to: number;
  /** Bytes of the file before `from`. */
  readonly offset: number;
  /** The last line goes on in the next block: it was too long. */
  readonly cut: boolean;
  /** The file ended without a line end, and the last byte stands for it. */
  readonly ended?: true;
}

/** Cuts a stream at line ends, in one buffer of a fixed size. */
export async function* blocksOf(source: AsyncIterable<Buffer>, longest = longestLine): AsyncIterable<Block> {
  // Room for the line end that a file may lack.
  const buffer = Buffer.alloc(longest + 1);
  let filled = 0;
  let offset = 0;
  const rest = (used: number) => {
    buffer.copyWithin(0, used, filled);
    filled -= used;
    offset += used;
  };
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const count = Math.min(chunk.length - at, longest - filled);
      chunk.copy(buffer, filled, at, at + count);
      at += count;
      filled += count;
      let end = buffer.lastIndexOf(0x0a, filled - 1) + 1;
      if (end > filled) end = 0;
      if (end === 0 && filled < longest) continue;
      const cut = end === 0;
      // Between words, so that none is halved.
      const to = cut ? gapBefore(buffer, filled) : end;
      yield { buffer, from: 0, to, offset, cut };
      rest(to);
    }
  }
  if (filled === 0) return;
  buffer[filled] = 0x0a;
  yield { buffer, from: 0, to: filled + 1, offset, cut: false, ended: true };
}

function gapBefore(buffer: Buffer, end: number): number {
  for (let at = end - 1; at > end / 2; at--) {
    const byte = buffer[at] ?? 0;
    if (byte === 0x20 || byte === 0x22 || byte === 0x2c || byte === 0x09) return at + 1;
  }
  return end;
}
