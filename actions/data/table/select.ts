import type { Json } from '../../../runbook/core/json.ts';
import { textsOf } from '../action.ts';
import type { Column, Row } from './columns.ts';
import { columnAt, type Table } from './table.ts';

/** Some columns of a table, in the order wanted; all of them where nothing is. Throws `data-column`. */
export function selection(
  table: Pick<Table, 'columns'>,
  wanted: Json | undefined,
): { readonly columns: readonly Column[]; pick(row: Row): Row } {
  if (wanted === undefined) return { columns: table.columns, pick: (row) => row };
  const at = textsOf(wanted).map((name) => columnAt(table, name));
  return { columns: at.flatMap((position) => table.columns[position] ?? []), pick: (row) => at.map((position) => row[position] ?? null) };
}
