import type { ActionContext } from '../../../engine/connectors/action.ts';
import type { Column, Row } from './columns.ts';
import type { TableReference } from './reference.ts';
import type { Table } from './table.ts';
import { writeTable } from './writer.ts';

/** A new table out of one, row by row; `undefined` leaves a row out. `columns` is asked at the end. `number` counts from 1. */
export const rewriteTable = (
  context: ActionContext,
  table: Table,
  columns: () => readonly Column[],
  each: (row: Row, number: number) => Row | undefined,
): Promise<TableReference> =>
  writeTable(context, async (writer) => {
    let number = 0;
    for await (const block of table.blocks()) {
      for (const row of block) {
        const made = each(row, ++number);
        if (made) writer.add(made);
      }
      if (writer.full) await writer.flush();
    }
    return columns();
  });
