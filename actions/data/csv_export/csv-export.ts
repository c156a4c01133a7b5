import { dataAction, textOf } from '../action.ts';
import { csvLines } from '../csv/write.ts';
import { csvMetadata } from '../describe.ts';
import { pathOf, writeFileWhole } from '../files.ts';
import { selection } from '../table/select.ts';
import { openTable } from '../table/table.ts';

/** UTF-16 units that are written at once. */
const batch = 128 * 1024;
const delimiters: Readonly<Record<string, string>> = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };

export const csvExport = dataAction('data/csv_export', async (input, context) => {
  const path = textOf(input.path);
  const table = await openTable(input.table, context);
  const { columns, pick } = selection(table, input.columns);
  const delimiter = delimiters[textOf(input.delimiter, 'comma')] ?? ',';
  const end = input['line-end'] === 'crlf' ? '\r\n' : '\n';
  const lines = csvLines({ delimiter, end, guard: input.formulas !== 'keep' });
  let rows = 0;
  const { bytes, sha256 } = await writeFileWhole(pathOf(path, context), path, async (write) => {
    let text = input.mark === true ? '\ufeff' : '';
    if (input.header !== false && columns.length > 0)
      text += lines.line(
        columns.map(({ name }) => name),
        columns.length,
      );
    for await (const block of table.blocks()) {
      for (const row of block) text += lines.line(pick(row), columns.length);
      rows += block.length;
      if (text.length < batch) continue;
      await write(text);
      text = '';
    }
    await write(text);
  });
  const guarded = lines.guarded();
  context.log(`${path}: ${rows} rows, ${bytes} bytes`);
  if (guarded > 0) context.log(`${guarded} cells that a spreadsheet would take for formulas got a ' before them`);
  if (input.metadata === true) {
    const dialect = { delimiter, header: input.header !== false, lineTerminators: end };
    const notes = { rows, bytes, sha256, guarded, run: context.run, made: new Date().toISOString() };
    await writeFileWhole(`${pathOf(path, context)}-metadata.json`, `${path}-metadata.json`, (write) =>
      write(csvMetadata(path, columns, dialect, notes)),
    );
  }
  return { outputs: { path: pathOf(path, context), rows, bytes, sha256, guarded } };
});
