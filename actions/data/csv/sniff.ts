import { ProblemError, problem } from '../../../runbook/core/errors.ts';

/** What a file is that is named as a table and is none, by its first bytes as text; undefined where it may be one. */
const kinds: readonly { readonly begins: RegExp; readonly why: string; readonly remedy: string }[] = [
  { begins: /^PK\x03\x04/, why: 'it is an Excel workbook or another zip archive', remedy: 'Use data/excel_import for a workbook, or unpack the archive first.' },
  { begins: /^\x1f\x8b/, why: 'it is compressed with gzip', remedy: 'Unpack it first, with `gunzip`.' },
  { begins: /^%PDF-/, why: 'it is a PDF document', remedy: 'Export the data as CSV where the document was made.' },
  { begins: /^\xd0\xcf\x11\xe0/, why: 'it is a workbook of an old Excel (.xls)', remedy: 'Save it as .xlsx and use data/excel_import, or save it as CSV.' },
  { begins: /^SQLite format 3\0/, why: 'it is an SQLite database', remedy: 'Export the table as CSV first.' },
  {
    begins: /^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)[\s>]/i,
    why: 'it is a web page',
    remedy: 'Look at it in a browser: a login page or an error is often saved in place of the data. Then fetch it anew.',
  },
  { begins: /^(?:\xef\xbb\xbf)?\s*<\?xml/i, why: 'it is XML', remedy: 'Export the data as CSV or JSON.' },
];

/** Throws `data-format` for a file that plainly is something else. */
export function refuseOther(beginning: Buffer, file: string, format: string): void {
  const text = beginning.toString('latin1', 0, 200);
  const found = kinds.find(({ begins }) => begins.test(text));
  if (found) throw new ProblemError(problem('data-format', { file, format, why: found.why }, { remedy: found.remedy }));
}
