import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { readBytes } from '../files.ts';
import { type Column, columnNames } from '../table/columns.ts';
import { TypeInference } from '../table/infer.ts';
import { mostColumns } from '../table/reference.ts';
import type { TableWriter } from '../table/writer.ts';
import { type Dialect, detectDialect } from './dialect.ts';
import { detectEncoding, type Encoding } from './encoding.ts';
import { CsvParser, LineTooLong } from './parser.ts';
import { refuseBinary, refuseOther } from './sniff.ts';
import { knownEncoding, readText, unknownEncoding } from './text.ts';

export type BrokenPolicy = 'error' | 'skip' | 'keep';

export interface CsvOptions {
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly header?: boolean;
  readonly columns?: readonly string[];
  readonly broken: BrokenPolicy;
  /** False: every column is text. */
  readonly types: boolean;
}

export interface CsvForm {
  readonly encoding: Encoding;
  readonly dialect: Dialect;
}

export interface CsvResult extends CsvForm {
  readonly columns: readonly Column[];
  readonly broken: { readonly count: number; readonly first: readonly { readonly line: number; readonly why: string }[] };
  /** Columns whose name was empty or there twice, by their new name. */
  readonly renamed: readonly string[];
}

const firstBroken = 20;
/** Characters that encoding, delimiter and header are guessed from. */
const sampleLength = 64 * 1024;

/** What a file is, by its beginning. Throws `data-format`, `file-missing`, `file-unreadable`. */
export async function detectForm(path: string, name: string, options: CsvOptions, signal: AbortSignal): Promise<CsvForm> {
  for await (const beginning of readBytes(path, name, signal)) {
    refuseOther(beginning, name, 'CSV');
    break;
  }
  if (options.encoding !== undefined && !(await knownEncoding(options.encoding))) throw unknownEncoding(name, options.encoding);
  const found = await detectEncoding(path, name, signal);
  // A mark is no data, whatever the encoding is said to be.
  const encoding = options.encoding === undefined ? found : { name: sameName(options.encoding), mark: found.mark, sure: true };
  let sample = '';
  for await (const text of readText(path, name, encoding, signal)) {
    sample += text;
    if (sample.length >= sampleLength) break;
  }
  refuseBinary(sample, name, 'CSV');
  return { encoding, dialect: detectDialect(sample.slice(0, sampleLength), options) };
}

/** Reads a CSV file into a table. Throws as detectForm, `data-row` where a row is broken and must not be, `data-limit`. */
export async function readCsv(
  path: string,
  name: string,
  options: CsvOptions,
  writer: TableWriter,
  signal: AbortSignal,
): Promise<CsvResult> {
  const form = await detectForm(path, name, options, signal);
  const types = new TypeInference({ texts: true });
  const first: { line: number; why: string }[] = [];
  let count = 0;
  let names: string[] | undefined;
  let renamed: string[] = [];
  let damaged = false;

  const begin = (given: readonly string[]) => {
    if (given.length > mostColumns)
      throw new ProblemError(problem('data-limit', { what: `The number of columns of ${name}`, limit: mostColumns }));
    ({ names, renamed } = columnNames(given));
    return names;
  };
  if (options.columns) begin(options.columns);
  let header = form.dialect.header;

  const wrong = (cells: string[], line: number, why: string) => {
    if (options.broken === 'error') throw new ProblemError(problem('data-row', { file: name, line, why }));
    count++;
    if (first.length < firstBroken) first.push({ line, why });
    if (options.broken === 'skip') return;
    const width = (names ?? begin(cells.map(() => ''))).length;
    keep(cells.length > width ? [...cells.slice(0, width - 1), cells.slice(width - 1).join(form.dialect.delimiter)] : cells);
  };
  const keep = (cells: string[]) => {
    if (options.types) types.add(cells);
    writer.add(cells);
  };
  const parser = new CsvParser(form.dialect, {
    row(cells, line) {
      if (header) {
        header = false;
        if (!names) begin(cells);
        return;
      }
      const width = (names ?? begin(cells.map(() => ''))).length;
      if (cells.length !== width)
        return wrong(cells, line, `it has ${cells.length === 1 ? '1 cell' : `${cells.length} cells`}, and the table has ${width} columns`);
      const harm = damaged ? cells.find(isDamaged) : undefined;
      if (harm !== undefined)
        return wrong(cells, line, harm.includes('\0') ? 'it holds a NUL character' : `it holds bytes that are not ${form.encoding.name}`);
      keep(cells);
    },
    broken(cells, line, why) {
      // Without it nothing has a name.
      if (header) throw new ProblemError(problem('data-row', { file: name, line, why: `the header cannot be read: ${why}` }));
      wrong(cells, line, why);
    },
  });
  try {
    for await (const text of readText(path, name, form.encoding, signal)) {
      damaged ||= isDamaged(text);
      parser.push(text);
      if (writer.full) await writer.flush();
    }
    parser.finish();
  } catch (error) {
    if (!(error instanceof LineTooLong)) throw error;
    throw new ProblemError(problem('data-limit', { what: `Line ${parser.line} of ${name}`, limit: '4 MiB' }));
  }
  const columns = (names ?? []).map((column, at) => ({ name: column, type: types.type(at) }));
  return { ...form, columns, broken: { count, first }, renamed };
}

/** What no sound text has: a NUL, or what stands for bytes that are no character. */
const isDamaged = (text: string): boolean => text.includes('\0') || text.includes('\ufffd');

const sameName = (encoding: string): string => (/^utf-?8$/i.test(encoding) ? 'utf-8' : encoding.toLowerCase());
