import type { Json } from '../../../runbook/core/json.ts';
import { dataAction, numberOf, objectOf, textsOf, wrongInput } from '../action.ts';
import { rowCondition, rowExpression } from '../expression.ts';
import { type Column, objectsOf } from '../table/columns.ts';
import { TypeInference } from '../table/infer.ts';
import { referenceJson } from '../table/reference.ts';
import { rewriteTable } from '../table/rewrite.ts';
import { columnAt, openTable } from '../table/table.ts';

const action = 'data/transform';

/** In this order: where, set, rename, drop, select. */
export const transform = dataAction(action, async (input, context) => {
  const table = await openTable(input.table, context);
  const values = objectOf(input.values);
  const where = typeof input.where === 'string' ? rowCondition(input.where, 'where', values) : undefined;
  const set = Object.entries(objectOf(input.set)).map(([name, source]) => ({ name, value: setter(name, source, values) }));

  const columns: Column[] = [...table.columns];
  for (const { name } of set) if (!columns.some((column) => column.name === name)) columns.push({ name, type: 'any' });
  const places = set.map(({ name }) => columns.findIndex((column) => column.name === name));
  const kept = outgoing(columns, input);
  const untouched = set.length === 0 && kept.every(({ at }, position) => at === position) && kept.length === table.columns.length;

  const types = new TypeInference({ texts: false });
  const toObject = objectsOf(table.columns);
  const limit = numberOf(input.limit, Number.POSITIVE_INFINITY);
  let passed = 0;
  const reference = await rewriteTable(
    context,
    table,
    () => {
      return kept.map(({ at, name }) => {
        const made = places.indexOf(at);
        return { name, type: made < 0 ? (columns[at]?.type ?? 'any') : types.type(made) };
      });
    },
    (row, number) => {
      if (passed >= limit) return undefined;
      const object = where || set.length > 0 ? toObject(row) : {};
      if (where && !where(object, number)) return undefined;
      passed++;
      if (untouched) return row;
      const cells: Json[] = [...row];
      const made = set.map(({ value }) => value(object, number));
      types.add(made);
      places.forEach((at, index) => {
        cells[at] = made[index] ?? null;
      });
      return kept.map(({ at }) => cells[at] ?? null);
    },
  );
  context.log(`${reference.rows} of ${table.rows} rows, ${reference.columns.length} columns`);
  return { outputs: { table: referenceJson(reference), rows: reference.rows, left: table.rows - reference.rows } };
});

/** A text is an expression over the row, anything else a value for every row. */
function setter(name: string, source: Json, values: Readonly<Record<string, Json>>) {
  return typeof source === 'string' ? rowExpression(source, `set ${name}`, values) : () => source;
}

function outgoing(columns: readonly Column[], input: Readonly<Record<string, Json>>): { readonly at: number; readonly name: string }[] {
  const names = columns.map(({ name }) => name);
  for (const [from, to] of Object.entries(objectOf(input.rename))) names[columnAt({ columns }, from)] = String(to);
  const renamed = names.map((name) => ({ name, type: 'any' as const }));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw wrongInput(action, `two columns would be named ${twice}`);
  const dropped = new Set(textsOf(input.drop).map((name) => columnAt({ columns: renamed }, name)));
  const select =
    input.select === undefined ? names.map((_, at) => at) : textsOf(input.select).map((name) => columnAt({ columns: renamed }, name));
  return select.filter((at) => !dropped.has(at)).map((at) => ({ at, name: names[at] ?? '' }));
}
