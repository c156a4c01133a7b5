import type { ActionContext } from '../../engine/connectors/action.ts';
import { readCsv } from './csv/read.ts';
import { pathOf } from './files.ts';
import type { TableReference } from './table/reference.ts';
import { writeTable } from './table/writer.ts';

/** A file as a table, by the ending of its name and what is in it; every broken row is an error. */
export async function readFileAsTable(path: string, context: ActionContext): Promise<TableReference> {
  const file = pathOf(path, context);
  return writeTable(context, async (writer) => {
    const { columns } = await readCsv(file, path, { broken: 'error', types: true }, writer, context.signal);
    return columns;
  });
}
