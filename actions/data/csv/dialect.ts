import { CsvParser } from './parser.ts';

export interface Dialect {
  readonly delimiter: string;
  /** Empty: no character quotes. */
  readonly quote: string;
  readonly header: boolean;
  readonly end: '\n' | '\r';
}

const delimiters = [',', ';', '\t', '|'] as const;
const sampleRows = 100;

/** What the beginning of a file looks like; what is given is not guessed. */
export function detectDialect(sample: string, given: Partial<Omit<Dialect, 'end'>>): Dialect {
  const end = sample.includes('\n') || !sample.includes('\r') ? '\n' : '\r';
  const quote = given.quote ?? detectQuote(sample);
  const rowsOf = (delimiter: string) => firstRows(sample, { delimiter, quote, end });
  const delimiter = given.delimiter ?? best(delimiters.map((one) => ({ one, score: evenness(rowsOf(one)) })));
  return { delimiter, quote, end, header: given.header ?? looksLikeHeader(rowsOf(delimiter)[0] ?? []) };
}

function firstRows(sample: string, form: ConstructorParameters<typeof CsvParser>[0]): readonly string[][] {
  const rows: string[][] = [];
  const parser = new CsvParser(form, { row: (cells) => void rows.push(cells), broken: (cells) => void rows.push(cells) });
  parser.push(sample);
  // The last line of a sample may be cut; of a file that is shorter it is whole.
  if (rows.length === 0) parser.finish();
  return rows.slice(0, sampleRows);
}

/** Single quotes only where they stand around whole cells and double ones do not. */
function detectQuote(sample: string): string {
  const around = (quote: string) =>
    sample.match(new RegExp(`(?:^|[,;\\t|])${quote}[^${quote}\\r\\n]{0,1000}${quote}(?=[,;\\t|\\r\\n]|$)`, 'gm'))?.length ?? 0;
  return around("'") > around('"') ? "'" : '"';
}

/** Many cells in a row, and the same number of them in every row: that is no accident. */
function evenness(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  const [width, often] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  return width < 2 ? 0 : (often / rows.length) ** 4 * Math.log2(width);
}

const best = (scored: readonly { readonly one: string; readonly score: number }[]): string =>
  scored.reduce((a, b) => (b.score > a.score ? b : a)).one;

/** A first row with a number, a time or an address among its cells is data already. */
function looksLikeHeader(row: readonly string[]): boolean {
  return !row.some((cell) => /^-?\d+(?:[.,]\d+)*$|^\d{4}-\d\d-\d\d|^\d{1,3}(?:\.\d{1,3}){3}|^(?:true|false)$/i.test(cell.trim()));
}
