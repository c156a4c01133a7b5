import type { ValidateFunction } from 'ajv';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { isObject } from '../action.ts';
import { detectEncoding } from '../csv/encoding.ts';
import { refuseOther } from '../csv/sniff.ts';
import { readText } from '../csv/text.ts';
import { readBytes } from '../files.ts';
import { type Column, columnNames } from '../table/columns.ts';
import { TypeInference } from '../table/infer.ts';
import { mostColumns } from '../table/reference.ts';
import type { TableWriter } from '../table/writer.ts';
import { flatten } from './flatten.ts';
import { ItemScanner } from './scanner.ts';

export interface JsonOptions {
  readonly format: 'auto' | 'document' | 'lines';
  /** Names of members that lead to the list. */
  readonly at: readonly string[];
  readonly nested: 'flatten' | 'keep';
  readonly broken: 'error' | 'skip';
  readonly validate?: ValidateFunction;
}

export interface JsonResult {
  readonly columns: readonly Column[];
  readonly format: 'document' | 'lines';
  readonly broken: { readonly count: number; readonly first: readonly { readonly line: number; readonly why: string }[] };
}

/** Characters of one item. */
const longestItem = 4 * 1024 * 1024;
const firstBroken = 20;

/** Reads a JSON document or JSON Lines into a table. Throws `data-format`, `data-row`, `data-limit`, `file-missing`, `file-unreadable`. */
export async function readJson(
  path: string,
  name: string,
  options: JsonOptions,
  writer: TableWriter,
  signal: AbortSignal,
): Promise<JsonResult> {
  const format = options.format === 'auto' ? await detectFormat(path, name, options, signal) : options.format;
  const positions = new Map<string, number>();
  const types = new TypeInference({ texts: false });
  const first: { line: number; why: string }[] = [];
  let count = 0;

  const wrong = (line: number, why: string) => {
    // Where an item of a document is no JSON, nobody knows where the next one begins.
    const remedy = format === 'document' ? { remedy: 'Correct the file, or fetch it anew: it may have been cut off.' } : {};
    if (options.broken === 'error' || (format === 'document' && why === notJson))
      throw new ProblemError(problem('data-row', { file: name, line, why }, remedy));
    count++;
    if (first.length < firstBroken) first.push({ line, why });
  };
  const place = (column: string): number => {
    const known = positions.get(column);
    if (known !== undefined) return known;
    if (positions.size >= mostColumns)
      throw new ProblemError(problem('data-limit', { what: `The number of columns of ${name}`, limit: mostColumns }));
    positions.set(column, positions.size);
    return positions.size - 1;
  };
  const take = (text: string, line: () => number) => {
    const item = parse(text);
    if (item === undefined) return wrong(line(), notJson);
    if (options.validate && !options.validate(item)) {
      const error = options.validate.errors?.[0];
      return wrong(line(), `it does not fit the schema: ${`${error?.instancePath.slice(1) ?? ''} ${error?.message ?? ''}`.trim()}`);
    }
    const row: Json[] = [];
    const add = (column: string, value: Json) => {
      const at = place(column);
      while (row.length < at) row.push(null);
      row[at] = value;
    };
    if (!isObject(item)) add('value', item);
    else if (options.nested === 'flatten') flatten(item, add);
    else for (const member of Object.keys(item)) add(member, item[member] ?? null);
    types.add(row);
    writer.add(row);
  };

  const encoding = await detectEncoding(path, name, signal);
  const pieces = readText(path, name, encoding, signal);
  await (format === 'lines' ? lines(pieces, name, take, writer) : documentItems(pieces, name, options.at, take, writer));
  const columns = columnNames([...positions.keys()]).names.map((column, at) => ({ name: column, type: types.type(at) }));
  return { columns, format, broken: { count, first } };
}

const notJson = 'it is not JSON';

async function lines(
  pieces: AsyncIterable<string>,
  name: string,
  take: (text: string, line: () => number) => void,
  writer: TableWriter,
): Promise<void> {
  let rest = '';
  let line = 1;
  for await (const piece of pieces) {
    const text = rest + piece;
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      const one = text.slice(at, end).trim();
      if (one !== '') take(one, () => line);
      line++;
      at = end + 1;
    }
    rest = text.slice(at);
    if (rest.length > longestItem) throw tooLong(name, line);
    if (writer.full) await writer.flush();
  }
  if (rest.trim() !== '') take(rest, () => line);
}

async function documentItems(
  pieces: AsyncIterable<string>,
  name: string,
  path: readonly string[],
  take: (text: string, line: () => number) => void,
  writer: TableWriter,
): Promise<void> {
  const scanner = new ItemScanner(path, (text) => take(text, () => scanner.line));
  for await (const piece of pieces) {
    scanner.push(piece);
    if (scanner.length > longestItem) throw tooLong(name, scanner.line);
    if (writer.full) await writer.flush();
  }
  const whole = scanner.finish();
  if (scanner.missed)
    throw new ProblemError(
      problem(
        'data-format',
        { file: name, format: 'JSON', why: path.length === 0 ? 'it is empty' : `nothing is at ${path.join('.')}` },
        { remedy: 'Correct `at`: the names of the members that lead to the list, with dots between them.' },
      ),
    );
  if (!whole)
    throw new ProblemError(
      problem(
        'data-row',
        { file: name, line: scanner.line, why: 'the document ends in the middle of it' },
        { remedy: 'Fetch the file anew: it was cut off.' },
      ),
    );
}

/** Lines where a first line that is an object is followed by another; else a document. Also refuses what plainly is no JSON. */
async function detectFormat(path: string, name: string, { at }: JsonOptions, signal: AbortSignal): Promise<'document' | 'lines'> {
  let beginning = Buffer.alloc(0);
  for await (const chunk of readBytes(path, name, signal)) {
    if (beginning.length === 0) refuseOther(chunk, name, 'JSON');
    beginning = Buffer.concat([beginning, chunk]);
    if (beginning.includes(10) || beginning.length > 1024 * 1024) break;
  }
  if (at.length > 0) return 'document';
  if (/\.(?:jsonl|ndjson)$/i.test(path)) return 'lines';
  const [firstLine = '', next] = beginning
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
    .split('\n');
  const first = parse(firstLine);
  return isObject(first) && next !== undefined ? 'lines' : 'document';
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const tooLong = (name: string, line: number) =>
  new ProblemError(problem('data-limit', { what: `The item in line ${line} of ${name}`, limit: '4 MiB' }));
