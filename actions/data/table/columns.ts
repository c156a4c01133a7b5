import type { Json } from '../../../runbook/core/json.ts';

/** How the cells of a column are read. A cell stays on disk as it stood in its source: `007` and `1.10` go out as they came in. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'time' | 'any';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** Cells by position; a row may be shorter than the columns, and what it lacks is null. */
export type Row = readonly Json[];

/** A cell as expressions, checks and statistics see it: an empty one of any column but text is null. `time` stays text, in ISO 8601. */
export function readCell(cell: Json | undefined, type: ColumnType): Json {
  if (cell === undefined) return null;
  if (typeof cell !== 'string' || type === 'text' || type === 'any') return cell;
  if (cell === '') return null;
  if (type === 'number') {
    const number = Number(cell);
    return Number.isFinite(number) ? number : cell;
  }
  if (type === 'boolean') return /^true$/i.test(cell) ? true : /^false$/i.test(cell) ? false : cell;
  return cell;
}

/** Makes objects of rows, values by column name. One function for a whole table: their shape is the same, which is fast. */
export function objectsOf(columns: readonly Column[]): (row: Row) => { [name: string]: Json } {
  // Assigning that name would set a prototype.
  if (columns.some(({ name }) => name === '__proto__'))
    return (row) => Object.fromEntries(columns.map(({ name, type }, at) => [name, readCell(row[at], type)]));
  return (row) => {
    const object: { [name: string]: Json } = {};
    for (let at = 0; at < columns.length; at++) {
      const column = columns[at] as Column;
      object[column.name] = readCell(row[at], column.type);
    }
    return object;
  };
}

/** Whether nothing is there: no value, or a text of blanks alone. */
export const isMissing = (value: Json | undefined): boolean =>
  value === undefined || value === null || (typeof value === 'string' && (value === '' || value.trim() === ''));

/** A cell as text, as files have it: nothing for null, JSON for a list or an object. */
export function cellText(cell: Json | undefined): string {
  if (cell === undefined || cell === null) return '';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

/** Names that are there and differ: an empty one is `column_3`, a second `name` is `name_2`. `renamed` tells which were changed. */
export function columnNames(given: readonly string[]): { readonly names: string[]; readonly renamed: string[] } {
  const used = new Set<string>();
  const renamed: string[] = [];
  const names = given.map((raw, at) => {
    const wanted = raw.trim() || `column_${at + 1}`;
    let name = wanted;
    for (let count = 2; used.has(name); count++) name = `${wanted}_${count}`;
    used.add(name);
    if (name !== raw.trim()) renamed.push(name);
    return name;
  });
  return { names, renamed };
}
