import type { ActionContext } from '../../engine/connectors/action.ts';
import { readCsv } from './csv/read.ts';
import { pathOf } from './files.ts';
import { readJson } from './json/read.ts';
import { readList } from './list.ts';
import type { TableReference } from './table/reference.ts';
import { writeTable } from './table/writer.ts';

/** A file as a table, by the ending of its name, CSV where it says nothing; every broken row is an error. */
export async function readFileAsTable(path: string, context: ActionContext): Promise<TableReference> {
  const file = pathOf(path, context);
  const { signal } = context;
  return writeTable(context, async (writer) => {
    if (/\.(?:json|jsonl|ndjson)$/i.test(path)) {
      const { columns } = await readJson(file, path, { format: 'auto', at: [], nested: 'flatten', broken: 'error' }, writer, signal);
      return columns;
    }
    if (/\.(?:txt|list|netset|ipset)$/i.test(path)) return readList(file, path, writer, signal);
    return (await readCsv(file, path, { broken: 'error', types: true }, writer, signal)).columns;
  });
}
