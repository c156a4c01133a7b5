import { dataAction, textOf } from '../action.ts';
import { pathOf } from '../files.ts';
import { type JsonResult, readJson } from '../json/read.ts';
import { compileSchema } from '../schema_validate/compile.ts';
import { referenceJson } from '../table/reference.ts';
import { writeTable } from '../table/writer.ts';

export const jsonImport = dataAction('data/json_import', async (input, context) => {
  const path = textOf(input.path);
  const at = textOf(input.at);
  const format = textOf(input.format, 'auto');
  const validate = input.schema === undefined ? undefined : await compileSchema(input.schema, context, 'data/json_import');
  let result: JsonResult | undefined;
  const reference = await writeTable(context, async (writer) => {
    result = await readJson(
      pathOf(path, context),
      path,
      {
        format: format === 'document' || format === 'lines' ? format : 'auto',
        at: at === '' ? [] : at.split('.'),
        nested: input.nested === 'keep' ? 'keep' : 'flatten',
        broken: input.broken === 'skip' ? 'skip' : 'error',
        ...(validate ? { validate } : {}),
      },
      writer,
      context.signal,
    );
    return result.columns;
  });
  const { broken, format: found } = result as JsonResult;
  context.log(`${path}: ${reference.rows} rows, ${reference.columns.length} columns`);
  for (const { line, why } of broken.first) context.log(`line ${line}: ${why}`);
  return {
    outputs: {
      table: referenceJson(reference),
      rows: reference.rows,
      broken: broken.count,
      'broken-rows': broken.first.map(({ line, why }) => ({ line, why })),
      format: found,
    },
  };
});
