import { setImmediate as turn } from 'node:timers/promises';
import type { JsonObject } from '../../../runbook/core/json.ts';
import { dataAction, numberOf, textsOf } from '../action.ts';
import { Frequencies } from '../stats/frequencies.ts';
import { Correlation, Moments } from '../stats/moments.ts';
import { numberIn } from '../stats/numbers.ts';
import { mostKept, quantile, rounded, Sample } from '../stats/sample.ts';
import { type Column, cellText, isMissing, type Row } from '../table/columns.ts';
import { columnAt, openTable } from '../table/table.ts';

/** Columns of numbers of which every two are compared. */
const mostCorrelated = 20;
const mostColumns = 200;

/** What is known of one column so far. */
interface Summary {
  add(row: Row): void;
  result(): JsonObject;
}

export const analyzeStats = dataAction('data/analyze_stats', async (input, context) => {
  const table = await openTable(input.table, context);
  const places =
    input.columns === undefined
      ? table.columns.map((_, at) => at).slice(0, mostColumns)
      : textsOf(input.columns).map((name) => columnAt(table, name));
  const top = numberOf(input.top, 10);
  const summaries = places.map((at) => summaryOf(at, table.columns[at] as Column, top));
  const numeric = places.filter((at) => table.columns[at]?.type === 'number').slice(0, mostCorrelated);
  const pairs =
    input.correlation === false
      ? []
      : numeric.flatMap((_, index) => numeric.slice(index + 1).map((b) => ({ a: index, b: numeric.indexOf(b), found: new Correlation() })));
  for await (const block of table.blocks()) {
    for (const row of block) {
      for (const summary of summaries) summary.add(row);
      if (pairs.length === 0) continue;
      const values = numeric.map((at) => numberIn(row[at], 'number'));
      for (const { a, b, found } of pairs) {
        const x = values[a] ?? Number.NaN;
        const y = values[b] ?? Number.NaN;
        if (!Number.isNaN(x) && !Number.isNaN(y)) found.add(x, y);
      }
    }
  }
  const columns: JsonObject[] = [];
  for (const summary of summaries) {
    columns.push(summary.result());
    // To sort that many numbers takes a moment.
    await turn();
  }
  const name = (index: number) => table.columns[numeric[index] ?? -1]?.name ?? '';
  const correlations = pairs
    .filter(({ found }) => found.count > 2 && Number.isFinite(found.value))
    .sort((one, other) => Math.abs(other.found.value) - Math.abs(one.found.value))
    .slice(0, 50)
    .map(({ a, b, found }) => ({ a: name(a), b: name(b), r: Number(found.value.toFixed(4)), rows: found.count }));
  context.log(`${table.rows} rows, ${columns.length} of ${table.columns.length} columns`);
  for (const { a, b, r } of correlations.slice(0, 5)) context.log(`${a} and ${b}: correlation ${r}`);
  return { outputs: { rows: table.rows, columns, correlations } };
});

const summaryOf = (at: number, column: Column, top: number): Summary =>
  column.type === 'number' ? ofNumbers(at, column) : column.type === 'time' ? ofTimes(at, column) : ofTexts(at, column, top);

function ofNumbers(at: number, { name, type }: Column): Summary {
  const moments = new Moments();
  const sample = new Sample(mostKept);
  let missing = 0;
  return {
    add(row) {
      const value = numberIn(row[at], type);
      if (Number.isNaN(value)) missing++;
      else {
        moments.add(value);
        sample.add(value);
      }
    },
    result() {
      const sorted = sample.sorted();
      const part = (share: number) => rounded(quantile(sorted, share));
      return {
        name,
        type,
        count: moments.count,
        missing,
        min: rounded(moments.min),
        max: rounded(moments.max),
        sum: rounded(moments.sum),
        mean: moments.count === 0 ? null : rounded(moments.mean),
        deviation: rounded(moments.deviation),
        p5: part(0.05),
        p25: part(0.25),
        median: part(0.5),
        p75: part(0.75),
        p95: part(0.95),
        p99: part(0.99),
        'quantiles-exact': sample.exact,
      };
    },
  };
}

function ofTimes(at: number, { name, type }: Column): Summary {
  const range = new Moments();
  let missing = 0;
  return {
    add(row) {
      const time = Date.parse(cellText(row[at]));
      if (Number.isNaN(time)) missing++;
      else range.add(time);
    },
    result: () => ({
      name,
      type,
      count: range.count,
      missing,
      first: range.count === 0 ? null : new Date(range.min).toISOString(),
      last: range.count === 0 ? null : new Date(range.max).toISOString(),
    }),
  };
}

function ofTexts(at: number, { name, type }: Column, top: number): Summary {
  const found = new Frequencies();
  let count = 0;
  let missing = 0;
  return {
    add(row) {
      const cell = row[at];
      if (isMissing(cell)) missing++;
      else {
        count++;
        found.add(cellText(cell));
      }
    },
    result: () => ({ name, type, count, missing, distinct: found.distinct, 'distinct-exact': found.others === 0, top: found.top(top) }),
  };
}
