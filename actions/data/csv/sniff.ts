import { ProblemError, problem } from '../../../runbook/core/errors.ts';

interface Kind {
  readonly why: string;
  readonly remedy: string;
  /** First bytes, each a character, or what the beginning looks like behind a byte order mark and blanks. */
  readonly begins: string | RegExp;
}

const kinds: readonly Kind[] = [
  {
    begins: 'PK\u0003\u0004',
    why: 'it is an Excel workbook or another zip archive',
    remedy: 'Use data/excel_import for a workbook, or unpack the archive first.',
  },
  { begins: '\u001f\u008b', why: 'it is compressed with gzip', remedy: 'Unpack it first, with `gunzip`.' },
  { begins: '%PDF-', why: 'it is a PDF document', remedy: 'Export the data as CSV where the document was made.' },
  {
    begins: '\u00d0\u00cf\u0011\u00e0',
    why: 'it is a workbook of an old Excel (.xls), or one with a password',
    remedy: 'Save it as .xlsx without a password and use data/excel_import, or save it as CSV.',
  },
  { begins: 'SQLite format 3', why: 'it is an SQLite database', remedy: 'Export the table as CSV first.' },
  {
    begins: /^<(?:!doctype\s+html|html|head|body)[\s>]/i,
    why: 'it is a web page',
    remedy: 'Look at it in a browser: a login page or an error is often saved in place of the data. Then fetch it anew.',
  },
  { begins: /^<\?xml/i, why: 'it is XML', remedy: 'Export the data as CSV or JSON.' },
];

/** Throws `data-format` for a file that plainly is something else, by its first bytes. */
export function refuseOther(beginning: Buffer, file: string, format: string): void {
  const bytes = beginning.toString('latin1', 0, 200);
  const text = bytes.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  const found = kinds.find(({ begins }) => (typeof begins === 'string' ? bytes.startsWith(begins) : begins.test(text)));
  if (found) throw new ProblemError(problem('data-format', { file, format, why: found.why }, { remedy: found.remedy }));
}

/** Of text, in whatever encoding it was read, a log cut in the middle has some of these; a picture or a program has many. */
export function refuseBinary(sample: string, file: string, format: string): void {
  const beginning = sample.slice(0, 4096);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const strange = beginning.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/g)?.length ?? 0;
  if (strange < 10 || strange < beginning.length * 0.03) return;
  const remedy = 'Look at where the file came from, and say its `encoding` if it is text after all.';
  throw new ProblemError(problem('data-format', { file, format, why: 'it holds bytes that are no text' }, { remedy }));
}
