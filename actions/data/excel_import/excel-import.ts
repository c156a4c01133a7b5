import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { dataAction, numberOf, textOf } from '../action.ts';
import { refuseOther } from '../csv/sniff.ts';
import { openArchive } from '../excel/archive.ts';
import { readSheet } from '../excel/sheet.ts';
import { readWorkbook, type Sheet } from '../excel/workbook.ts';
import { pathOf, readBytes } from '../files.ts';
import { type Column, cellText, columnNames } from '../table/columns.ts';
import { TypeInference } from '../table/infer.ts';
import { mostColumns, referenceJson } from '../table/reference.ts';
import { writeTable } from '../table/writer.ts';

export const excelImport = dataAction('data/excel_import', async (input, context) => {
  const path = textOf(input.path);
  const file = pathOf(path, context);
  for await (const beginning of readBytes(file, path, context.signal)) {
    // A workbook is a zip archive; the rest of what a file may be has a better sentence than the reader of archives.
    if (beginning.toString('latin1', 0, 2) !== 'PK') refuseOther(beginning, path, 'an Excel workbook');
    break;
  }
  const archive = await openArchive(file, path, context.signal);
  try {
    const book = await readWorkbook(archive, path);
    const sheet = chosen(book.sheets, input.sheet, path);
    const from = numberOf(input['from-row'], 1);
    const types = new TypeInference({ texts: false });
    let header = input.header !== false;
    let columns: string[] = [];
    let widest = 0;
    const reference = await writeTable(context, async (writer) => {
      await readSheet(archive, sheet.part, book, path, {
        row(cells, number) {
          if (number < from) return;
          widest = Math.max(widest, cells.length);
          if (widest > mostColumns)
            throw new ProblemError(problem('data-limit', { what: `The number of columns of ${path}`, limit: mostColumns }));
          if (header) {
            header = false;
            columns = cells.map(cellText);
            return;
          }
          types.add(cells);
          writer.add(cells);
        },
        between: () => (writer.full ? writer.flush() : undefined),
      });
      const { names } = columnNames(Array.from({ length: widest }, (_, at) => columns[at] ?? ''));
      return names.map((name, at): Column => ({ name, type: types.type(at) }));
    });
    context.log(`${path}, sheet ${sheet.name}: ${reference.rows} rows, ${reference.columns.length} columns`);
    return {
      outputs: { table: referenceJson(reference), rows: reference.rows, sheet: sheet.name, sheets: book.sheets.map(({ name }) => name) },
    };
  } finally {
    archive.close();
  }
});

function chosen(sheets: readonly Sheet[], wanted: Json | undefined, path: string): Sheet {
  const sheet = typeof wanted === 'string' ? sheets.find(({ name }) => name === wanted) : sheets[numberOf(wanted, 1) - 1];
  if (sheet) return sheet;
  const remedy = `Its sheets are: ${
    sheets
      .map(({ name }) => name)
      .slice(0, 50)
      .join(', ') || 'none'
  }.`;
  throw new ProblemError(
    problem(
      'data-format',
      { file: path, format: 'an Excel workbook', why: `it has no sheet ${String(wanted ?? 1).slice(0, 100)}` },
      { remedy },
    ),
  );
}
