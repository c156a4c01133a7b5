import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { isObject } from '../action.ts';
import { readFileAsTable } from '../import.ts';
import { type Column, columnNames, type Row } from './columns.ts';
import { TypeInference } from './infer.ts';
import { Pace } from './pace.ts';
import { readRows } from './reader.ts';
import { isReference, readReference, referenceFile, type TableReference, unusable } from './reference.ts';

/** Rows to read, as often as wanted. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** As they lie on disk, some hundred at a time; between two blocks others in the process have their turn. */
  blocks(): AsyncIterable<readonly Row[]>;
}

/** Rows of a table that is given inline. */
const mostInline = 10_000;

/** What an input `table` may be: a reference, the path of a file, or a list of objects. Throws `data-table` and what a file may throw. */
export async function openTable(given: Json | undefined, context: ActionContext): Promise<Table> {
  if (typeof given === 'string') return fromReference(await readFileAsTable(given, context), context);
  if (Array.isArray(given)) return inline(given, context);
  if (given !== undefined && isReference(given)) return fromReference(readReference(given), context);
  throw unusable('given', 'it is neither the output of a step, nor a path, nor a list');
}

async function fromReference(reference: TableReference, { shared, signal }: ActionContext): Promise<Table> {
  const path = await referenceFile(shared, reference);
  return { columns: reference.columns, rows: reference.rows, blocks: () => readRows(path, reference, signal) };
}

function inline(list: readonly Json[], { signal }: ActionContext): Table {
  if (list.length > mostInline)
    throw new ProblemError(problem('data-limit', { what: 'The number of rows given inline', limit: mostInline }));
  const positions = new Map<string, number>();
  const rows = list.map((item, at) => {
    if (!isObject(item)) throw unusable('given inline', `its item ${at + 1} is not an object`);
    const row: Json[] = [];
    for (const [name, value] of Object.entries(item)) {
      const position = positions.get(name) ?? positions.size;
      positions.set(name, position);
      row[position] = value;
    }
    return Array.from(row, (cell) => cell ?? null);
  });
  const types = new TypeInference({ texts: false });
  for (const row of rows) types.add(row);
  const columns = columnNames([...positions.keys()]).names.map((name, at) => ({ name, type: types.type(at) }));
  return {
    columns,
    rows: rows.length,
    blocks: () => new Pace(signal).blocks(rows),
  };
}

/** Where a column is. Throws `data-column`. */
export function columnAt({ columns }: Pick<Table, 'columns'>, name: string): number {
  const at = columns.findIndex((column) => column.name === name);
  if (at < 0) throw noColumn(name, columns);
  return at;
}

export function noColumn(name: string, columns: readonly Column[]): ProblemError {
  const known = columns.slice(0, 30).map((column) => column.name);
  return new ProblemError(
    problem('data-column', { column: name.slice(0, 100), known: `${known.join(', ')}${columns.length > 30 ? ', …' : ''}` || 'none' }),
  );
}
