import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { OutputText } from '../../protocol/api.ts';
import { files } from '../connectors/local/files.ts';

export type Stream = 'stdout' | 'stderr';

/** Bytes of the end that clients get, and bytes after which a spool begins anew (its predecessor is kept, so the end is always whole). */
const endLimit = 64 * 1024;
const spoolLimit = 2 * 1024 * 1024;

const spool = (folder: string, stream: Stream): string => join(folder, `shown.${stream}`);

/** Keeps the redacted output of an attempt that has no supervisor to do it. What cannot be written is lost for later readers only, so it stops nothing. */
export function keepOutput(folder: string, stream: Stream, text: string): void {
  const file = spool(folder, stream);
  try {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    appendFileSync(file, text, { mode: 0o600 });
    if (statSync(file).size > spoolLimit) {
      writeFileSync(`${file}.gone`, String(goneOf(file) + sizeOf(`${file}.before`)), { mode: 0o600 });
      renameSync(file, `${file}.before`);
    }
  } catch {
    // A full disk: the attempt's own outcome says so.
  }
}

/** The last 64 KiB of each stream of an attempt; empty where there was none. */
export function readOutput(folder: string): Omit<OutputText, 'attempt'> {
  const stdout = tail(folder, 'stdout');
  const stderr = tail(folder, 'stderr');
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    truncated: stdout.truncated || stderr.truncated,
    offsets: { stdout: stdout.offset, stderr: stderr.offset },
  };
}

/** Bytes of a spool that are in no file any more. */
function goneOf(file: string): number {
  const { data } = readEnd(`${file}.gone`, 32);
  return Number(data.toString('latin1')) || 0;
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function tail(folder: string, stream: Stream): { text: string; truncated: boolean; offset: number } {
  const own = join(folder, files[stream]);
  const file = existsSync(own) ? own : spool(folder, stream);
  const now = readEnd(file, endLimit);
  const before = readEnd(`${file}.before`, endLimit - now.data.length);
  const data = Buffer.concat([before.data, now.data]);
  const truncated = now.size + before.size > data.length;
  // A cut character at the start is dropped, not shown as garbage.
  let start = 0;
  while (truncated && start < 4 && ((data[start] ?? 0) & 0xc0) === 0x80) start++;
  return { text: data.toString('utf8', start), truncated, offset: goneOf(file) + now.size + before.size - data.length + start };
}

function readEnd(file: string, limit: number): { data: Buffer; size: number } {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return { data: Buffer.alloc(0), size: 0 };
  }
  try {
    const { size } = fstatSync(handle);
    const data = Buffer.alloc(Math.min(size, Math.max(0, limit)));
    const read = readSync(handle, data, 0, data.length, size - data.length);
    return { data: data.subarray(0, read), size };
  } finally {
    closeSync(handle);
  }
}
