import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionContext } from '../../../engine/connectors/action.ts';
import { throwIfStopped } from '../stopped.ts';
import type { Column, Row } from './columns.ts';
import type { TableReference } from './reference.ts';

/** UTF-16 units kept before they are written: what the loop of events waits for. */
const batch = 128 * 1024;

/** Rows into a file of the run's shared folder. Made by writeTable. */
export class TableWriter {
  readonly #file: FileHandle;
  readonly #signal: AbortSignal;
  #text = '';
  #rows = 0;

  constructor(file: FileHandle, signal: AbortSignal) {
    this.#file = file;
    this.#signal = signal;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Only remembers: ask `full` now and then, and wait for `flush` when it is. */
  add(row: Row): void {
    this.#rows++;
    this.#text += `${JSON.stringify(row)}\n`;
  }

  get full(): boolean {
    return this.#text.length > batch;
  }

  async flush(): Promise<void> {
    throwIfStopped(this.#signal);
    const text = this.#text;
    this.#text = '';
    // writeFile goes on where the last one ended, and writes all of it.
    if (text !== '') await this.#file.writeFile(text);
  }
}

/** Writes a table; `fill` gives its columns when it has added the rows. Nothing is left of one that fails. */
export async function writeTable(
  { shared, step, signal }: ActionContext,
  fill: (writer: TableWriter) => Promise<readonly Column[]>,
): Promise<TableReference> {
  const table = `tables/${step.replace(/[^A-Za-z0-9_-]+/g, '-').slice(-60) || 'table'}-${randomUUID().slice(0, 8)}.jsonl`;
  const path = join(shared, table);
  await mkdir(join(shared, 'tables'), { recursive: true, mode: 0o700 });
  const file = await open(path, 'wx', 0o600);
  try {
    const writer = new TableWriter(file, signal);
    const columns = await fill(writer);
    await writer.flush();
    await file.close();
    return { table, rows: writer.rows, columns };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}
