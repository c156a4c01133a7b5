import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { dataAction, type Input, isObject, textOf, textsOf, wrongInput } from '../action.ts';
import { type Column, columnNames, type Row, readCell } from '../table/columns.ts';
import { referenceJson } from '../table/reference.ts';
import { rewriteTable } from '../table/rewrite.ts';
import { columnAt, openTable, type Table } from '../table/table.ts';
import { lookUp } from './http.ts';
import { addressKeys, exactKeys, type KeyIndex } from './keys.ts';

const action = 'data/enrich';
/** What is joined with is kept in memory. */
const mostRows = 1_000_000;
const mostText = 64 * 1024 * 1024;

/** What there is to add, and how to find it. */
interface Source {
  readonly columns: readonly Column[];
  readonly keys: KeyIndex;
  readonly rows: readonly Row[];
}

export const enrich = dataAction(action, async (input, context) => {
  const table = await openTable(input.table, context);
  const on = columnAt(table, textOf(input.on));
  if ((input.with === undefined) === (input.http === undefined)) throw wrongInput(action, 'give either `with` or `http`');
  const source = isObject(input.http) ? await lookUp(input.http, table, on, context) : await sourceOf(input, context);
  const prefix = textOf(input.prefix);
  const flag = textOf(input.flag, 'matched');
  const keep = textOf(input.keep, 'all');
  const { names } = columnNames([...table.columns.map(({ name }) => name), ...source.columns.map(({ name }) => prefix + name), flag]);
  const width = table.columns.length;
  const added: readonly Column[] = [
    ...source.columns.map(({ type }, at) => ({ name: names[width + at] ?? '', type })),
    { name: names.at(-1) ?? flag, type: 'boolean' },
  ];
  const nothing = source.columns.map(() => null);
  let matched = 0;
  const reference = await rewriteTable(
    context,
    table,
    () => [...table.columns, ...added],
    (row) => {
      const at = source.keys.find(row[on]);
      const hit = at >= 0;
      if (hit) matched++;
      if (keep === (hit ? 'unmatched' : 'matched')) return undefined;
      const cells: Json[] = row.slice();
      while (cells.length < width) cells.push(null);
      cells.push(...(hit ? (source.rows[at] ?? nothing) : nothing), hit);
      return cells;
    },
  );
  context.log(`${matched} of ${table.rows} rows matched one of ${source.rows.length}`);
  return {
    outputs: { table: referenceJson(reference), rows: reference.rows, matched, unmatched: table.rows - matched, known: source.rows.length },
  };
});

async function sourceOf(input: Input, context: ActionContext): Promise<Source> {
  const table = await openTable(input.with, context);
  if (table.rows > mostRows) throw tooMuch(`The table to join with`, `${mostRows} rows`);
  const match = textOf(input.match, 'exact');
  const key = columnAt(table, keyName(input, table));
  const wanted =
    input.take === undefined
      ? table.columns.map((_, at) => at).filter((at) => at !== key)
      : textsOf(input.take).map((name) => columnAt(table, name));
  const addresses = match === 'address' ? await addressKeys() : undefined;
  const keys = addresses ?? exactKeys(match === 'ignore-case');
  const rows: Row[] = [];
  let text = 0;
  for await (const block of table.blocks()) {
    for (const row of block) {
      keys.add(row[key] ?? null, rows.length);
      rows.push(wanted.map((at) => readCell(row[at], table.columns[at]?.type ?? 'any')));
      for (const cell of row) text += typeof cell === 'string' ? cell.length : 8;
    }
    if (text > mostText) throw tooMuch('The text of the table to join with', '64 MiB');
  }
  const refused = addresses?.refused() ?? 0;
  if (refused > 0) context.log(`${refused} of ${rows.length} keys are neither an address nor a range of addresses, and match nothing`);
  return { columns: wanted.flatMap((at) => table.columns[at] ?? []), keys, rows };
}

/** `key`, else the column named as the one of the table, else the only or first one. */
function keyName(input: Input, { columns }: Table): string {
  const on = textOf(input.on);
  return textOf(input.key) || (columns.find(({ name }) => name === on) ?? columns[0])?.name || on;
}

const tooMuch = (what: string, limit: string) => new ProblemError(problem('data-limit', { what, limit }));
