import { basename } from 'node:path';
import { dataAction, textOf } from '../action.ts';
import { jsonSchema } from '../describe.ts';
import { pathOf, writeFileWhole } from '../files.ts';
import { objectsOf } from '../table/columns.ts';
import { selection } from '../table/select.ts';
import { openTable } from '../table/table.ts';

/** UTF-16 units that are written at once. */
const batch = 128 * 1024;

export const jsonExport = dataAction('data/json_export', async (input, context) => {
  const path = textOf(input.path);
  const format = textOf(input.format, /\.(?:jsonl|ndjson)$/i.test(path) ? 'lines' : 'pretty');
  const table = await openTable(input.table, context);
  const { columns, pick } = selection(table, input.columns);
  const toObject = objectsOf(columns);
  const indent = format === 'pretty' ? 2 : undefined;
  let rows = 0;
  const { bytes, sha256 } = await writeFileWhole(pathOf(path, context), path, async (write) => {
    let text = format === 'lines' ? '' : '[';
    for await (const block of table.blocks()) {
      for (const row of block) {
        const item = JSON.stringify(toObject(pick(row)), null, indent);
        text += format === 'lines' ? `${item}\n` : `${rows === 0 ? '' : ','}\n${indent ? item.replace(/^/gm, '  ') : item}`;
        rows++;
      }
      if (text.length < batch) continue;
      await write(text);
      text = '';
    }
    if (format !== 'lines') text += rows === 0 ? ']\n' : '\n]\n';
    await write(text);
  });
  context.log(`${path}: ${rows} rows, ${bytes} bytes`);
  if (input.schema === true)
    await writeFileWhole(`${pathOf(path, context)}.schema.json`, `${path}.schema.json`, (write) =>
      write(jsonSchema(basename(path), columns, format === 'lines')),
    );
  return { outputs: { path: pathOf(path, context), rows, bytes, sha256 } };
});
