import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Bytes of a log as text in UTF-8: gzip is unpacked and UTF-16 is turned into UTF-8, both seen from the first bytes. */
export async function* plainBytes(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const reader = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  // A first piece of one byte tells nothing.
  while (head.length < 2) {
    const { value, done } = await reader.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const all = joined(head, reader);
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const unpacked = pipeline(Readable.from(all, { objectMode: false }), createGunzip({ chunkSize: 256 * 1024 }), () => {});
    for await (const chunk of unpacked) yield chunk;
  } else if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    const decoder = new TextDecoder(head[0] === 0xff ? 'utf-16le' : 'utf-16be');
    for await (const chunk of all) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  } else yield* all;
}

async function* joined(head: Buffer, rest: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
