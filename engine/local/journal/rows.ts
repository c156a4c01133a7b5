import type { SQLOutputValue } from 'node:sqlite';

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** Columns by type; a column of another type is a bug in a query, so they throw. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`${column} is not a text`);
  return value;
}
export function number(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`${column} is not a number`);
  return value;
}
export const optionalText = (row: Row, column: string): string | undefined => (row[column] == null ? undefined : text(row, column));
export const optionalNumber = (row: Row, column: string): number | undefined => (row[column] == null ? undefined : number(row, column));
