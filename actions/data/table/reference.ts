import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import type { Column, ColumnType } from './columns.ts';

/** What passes between steps in place of the rows: they lie in the run's shared folder, as JSON Lines, one array of cells per row. */
export interface TableReference {
  /** Below the run's shared folder: `tables/NAME.jsonl`, never anything else. */
  readonly table: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** More would make a reference too long for an output. */
export const mostColumns = 2000;
const longestColumns = 192 * 1024;

/** The only form of path there is: no separator beyond the first, no dot that leads up. */
const form = /^tables\/[A-Za-z0-9_-]{1,120}\.jsonl$/;
const types: readonly string[] = ['text', 'number', 'boolean', 'time', 'any'] satisfies ColumnType[];

/** A reference as an output of a step has it. Throws `data-limit` where the names of the columns are too long to be one. */
export function referenceJson({ table, rows, columns }: TableReference): JsonObject {
  const list = columns.map(({ name, type }) => ({ name, type }));
  if (Buffer.byteLength(JSON.stringify(list)) > longestColumns)
    throw new ProblemError(problem('data-limit', { what: 'The names of the columns together', limit: '192 KiB' }));
  return { table, rows, columns: list };
}

export const isReference = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'table');

/** Checks what may come from anywhere. Throws `data-table`. */
export function readReference(value: JsonObject): TableReference {
  const { table, rows, columns } = value;
  if (typeof table !== 'string' || !form.test(table)) throw unusable(String(table), 'it is not the name of a table of this run');
  if (typeof rows !== 'number' || !Number.isSafeInteger(rows) || rows < 0) throw unusable(table, 'it does not say how many rows it has');
  if (!Array.isArray(columns) || columns.length > mostColumns) throw unusable(table, 'it does not list its columns');
  return { table, rows, columns: columns.map((column) => readColumn(table, column)) };
}

/** The file of a table; a link in its place would lead elsewhere. Throws `data-table`. */
export async function referenceFile(shared: string, { table }: TableReference): Promise<string> {
  const folder = await lstat(join(shared, 'tables')).catch(() => undefined);
  const path = join(shared, table);
  const file = folder?.isDirectory() ? await lstat(path).catch(() => undefined) : undefined;
  if (!file?.isFile()) throw unusable(table, 'its file is not there any more, or is of another run');
  return path;
}

export const unusable = (table: string, why: string): ProblemError =>
  new ProblemError(problem('data-table', { table: table.slice(0, 120), why }));

function readColumn(table: string, column: Json): Column {
  const { name, type } = (typeof column === 'object' && column !== null ? column : {}) as JsonObject;
  if (typeof name !== 'string' || !isType(type)) throw unusable(table, 'a column of it has no name or type');
  return { name, type };
}

const isType = (type: Json | undefined): type is ColumnType => typeof type === 'string' && types.includes(type);
