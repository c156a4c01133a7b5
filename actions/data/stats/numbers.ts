import type { Json } from '../../../runbook/core/json.ts';
import { textsOf } from '../action.ts';
import { type Column, readCell } from '../table/columns.ts';
import { columnAt } from '../table/table.ts';

/** Places of the columns to look at: those named, else those of numbers. Throws `data-column`. */
export function numberColumns(columns: readonly Column[], wanted: Json | undefined): number[] {
  if (wanted !== undefined) return textsOf(wanted).map((name) => columnAt({ columns }, name));
  return columns.flatMap(({ type }, at) => (type === 'number' ? [at] : []));
}

/** NaN for what is no number. */
export function numberIn(cell: Json | undefined, type: Column['type']): number {
  const value = readCell(cell, type);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
