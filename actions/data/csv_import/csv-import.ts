import { dataAction, textOf, textsOf } from '../action.ts';
import { type BrokenPolicy, type CsvResult, readCsv } from '../csv/read.ts';
import { pathOf } from '../files.ts';
import { referenceJson } from '../table/reference.ts';
import { writeTable } from '../table/writer.ts';

const named: Readonly<Record<string, string>> = { comma: ',', semicolon: ';', tab: '\t', pipe: '|', space: ' ' };

export const csvImport = dataAction('data/csv_import', async (input, context) => {
  const path = textOf(input.path);
  const given = textOf(input.delimiter, 'auto');
  const quote = textOf(input.quote, 'auto');
  const encoding = textOf(input.encoding, 'auto');
  let result: CsvResult | undefined;
  const reference = await writeTable(context, async (writer) => {
    result = await readCsv(
      pathOf(path, context),
      path,
      {
        ...(encoding === 'auto' ? {} : { encoding }),
        ...(given === 'auto' ? {} : { delimiter: named[given] ?? given }),
        ...(quote === 'auto' ? {} : { quote: quote === 'none' ? '' : quote }),
        ...(typeof input.header === 'boolean' ? { header: input.header } : {}),
        ...(input.columns === undefined ? {} : { columns: textsOf(input.columns) }),
        broken: policyOf(textOf(input.broken, 'error')),
        types: input.types !== 'text',
      },
      writer,
      context.signal,
    );
    return result.columns;
  });
  const { encoding: found, dialect, broken, renamed } = result as CsvResult;
  context.log(
    `${path}: ${reference.rows} rows, ${reference.columns.length} columns, ${found.name}, delimiter ${nameOf(dialect.delimiter)}`,
  );
  if (renamed.length > 0) context.log(`columns that had no name, or one that was there already: ${renamed.slice(0, 20).join(', ')}`);
  for (const { line, why } of broken.first) context.log(`line ${line}: ${why}`);
  if (broken.count > broken.first.length) context.log(`… ${broken.count} broken rows in all`);
  return {
    outputs: {
      table: referenceJson(reference),
      rows: reference.rows,
      broken: broken.count,
      'broken-rows': broken.first.map(({ line, why }) => ({ line, why })),
      format: { encoding: found.name, delimiter: dialect.delimiter, quote: dialect.quote, header: dialect.header },
      renamed: renamed.slice(0, 100),
    },
  };
});

const policyOf = (text: string): BrokenPolicy => (text === 'skip' || text === 'keep' ? text : 'error');
const nameOf = (delimiter: string): string => Object.entries(named).find(([, char]) => char === delimiter)?.[0] ?? delimiter;
