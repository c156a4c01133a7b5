import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Json } from '../../../runbook/core/json.ts';

/** Bytes of a body after unpacking. */
export const longestBody = 10 * 1024 * 1024;
/** Deeper than this nothing is nested by honest people, and other code would run out of stack. */
const deepest = 200;

export class BodyTooLarge extends Error {}

const decoders = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

/** Reads and unpacks it while it comes, and stops at the limit: neither a long nor a densely packed body fills the memory. */
export async function readBody(stream: Readable, encoding: string | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) {
      length += chunk.length;
      if (length > longestBody) throw new BodyTooLarge();
      chunks.push(chunk);
    }
  };
  const name = encoding?.trim().toLowerCase();
  const decode = name && Object.hasOwn(decoders, name) ? decoders[name as keyof typeof decoders] : undefined;
  if (decode) await pipeline(stream, decode(), collect);
  else await pipeline(stream, collect);
  return Buffer.concat(chunks);
}

export function textOf(body: Buffer, contentType: string): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** The value of a body that says it is JSON; null when it is not. */
export function jsonOf(text: string, contentType: string): Json {
  if (!/^[^;]*[/+]json\b/i.test(contentType)) return null;
  try {
    const value: Json = JSON.parse(text);
    return depthWithin(value, deepest) ? value : null;
  } catch {
    return null;
  }
}

function depthWithin(value: Json, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return limit > 0 && Object.values(value).every((item) => depthWithin(item, limit - 1));
}
