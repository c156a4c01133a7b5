import { type FileHandle, open } from 'node:fs/promises';
import { throwIfStopped } from '../stopped.ts';
import type { Row } from './columns.ts';
import { Pace } from './pace.ts';
import { type TableReference, unusable } from './reference.ts';

/** Bytes read at once: some hundred rows, so that nobody else in the process waits long. */
const chunk = 64 * 1024;
const longestRow = 64 * 1024 * 1024;

/** The rows of a table file, in blocks as they are read. Throws `data-table` for a file that is not what was written. */
export async function* readRows(path: string, reference: TableReference, signal: AbortSignal): AsyncGenerator<readonly Row[]> {
  const file = await open(path);
  let rows = 0;
  try {
    const pace = new Pace(signal);
    for await (const text of wholeLines(file, reference, signal)) {
      const block = parse(text, reference);
      rows += block.length;
      yield* pace.blocks(block);
    }
  } finally {
    await file.close();
  }
  if (rows !== reference.rows) throw unusable(reference.table, `it has ${rows} rows and was written with ${reference.rows}`);
}

async function* wholeLines(file: FileHandle, reference: TableReference, signal: AbortSignal): AsyncGenerator<string> {
  const buffer = Buffer.allocUnsafe(chunk);
  let rest: Buffer[] = [];
  let kept = 0;
  for (;;) {
    throwIfStopped(signal);
    const { bytesRead } = await file.read(buffer, 0, chunk);
    if (bytesRead === 0) break;
    const end = buffer.lastIndexOf(10, bytesRead - 1);
    if (end < 0) {
      rest.push(Buffer.from(buffer.subarray(0, bytesRead)));
      kept += bytesRead;
      if (kept > longestRow) throw unusable(reference.table, 'a row of it is longer than 64 MiB');
      continue;
    }
    yield rest.length === 0 ? buffer.toString('utf8', 0, end) : Buffer.concat([...rest, buffer.subarray(0, end)]).toString('utf8');
    rest = end + 1 < bytesRead ? [Buffer.from(buffer.subarray(end + 1, bytesRead))] : [];
    kept = bytesRead - end - 1;
  }
  if (kept > 0) throw unusable(reference.table, 'its file is cut off');
}

/** Many lines by one call of the parser: a line end inside a cell is escaped, so that each is the end of a row. */
function parse(text: string, { table }: TableReference): readonly Row[] {
  let block: unknown;
  try {
    block = JSON.parse(`[${text.replaceAll('\n', ',')}]`);
  } catch {
    throw unusable(table, 'its file was changed after it was written');
  }
  if (!isBlock(block)) throw unusable(table, 'its file was changed after it was written');
  return block;
}

const isBlock = (block: unknown): block is readonly Row[] => Array.isArray(block) && block.every((row) => Array.isArray(row));
