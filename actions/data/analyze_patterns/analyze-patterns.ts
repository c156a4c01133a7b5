import { setImmediate as turn } from 'node:timers/promises';
import { parseDuration } from '../../../runbook/core/duration.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { dataAction, type Input, numberOf, textOf, wrongInput } from '../action.ts';
import { bucketLength, burstsIn, mostBuckets } from '../stats/buckets.ts';
import { Moments } from '../stats/moments.ts';
import { numberColumns, numberIn } from '../stats/numbers.ts';
import { type Bounds, boundsOf, outsideFences, robustZ } from '../stats/outliers.ts';
import { mostKept, rounded, Sample } from '../stats/sample.ts';
import { trendOf } from '../stats/trend.ts';
import { type Column, cellText } from '../table/columns.ts';
import { referenceJson } from '../table/reference.ts';
import { rewriteTable } from '../table/rewrite.ts';
import { columnAt, openTable, type Table } from '../table/table.ts';

const action = 'data/analyze_patterns';
const mostColumns = 20;

/** One column of numbers: what is usual there, and what was found. */
interface Watched {
  readonly at: number;
  readonly column: Column;
  readonly bounds: Bounds;
  count: number;
  /** Those farthest out, most first. */
  readonly farthest: { row: number; value: number; score: number }[];
}

/** The rows are read twice: once for what is usual, once for what is not. */
export const analyzePatterns = dataAction(action, async (input, context) => {
  const table = await openTable(input.table, context);
  const places = numberColumns(table.columns, input.columns).slice(0, mostColumns);
  const timeAt = timeColumn(table, input);
  const threshold = numberOf(input.threshold, 3.5);
  const fences = numberOf(input.fences, 1.5);
  const method = textOf(input.method, 'robust-z');

  const samples = places.map(() => new Sample(mostKept));
  const range = new Moments();
  for await (const block of table.blocks()) {
    for (const row of block) {
      for (const [index, at] of places.entries()) {
        const value = numberIn(row[at], table.columns[at]?.type ?? 'any');
        if (Number.isFinite(value)) samples[index]?.add(value);
      }
      const time = timeAt < 0 ? Number.NaN : Date.parse(cellText(row[timeAt]));
      if (Number.isFinite(time)) range.add(time);
    }
  }
  const watched: Watched[] = [];
  for (const [index, at] of places.entries()) {
    watched.push({ at, column: table.columns[at] as Column, bounds: boundsOf(samples[index] as Sample), count: 0, farthest: [] });
    // To sort that many numbers takes a moment.
    await turn();
  }
  const buckets = bucketsOf(range, input, watched.length);

  const isOutlier = (value: number, bounds: Bounds, score: number) => {
    const far = Math.abs(score) > threshold;
    if (method === 'robust-z') return far;
    const outside = outsideFences(value, bounds, fences);
    return method === 'iqr' ? outside : far && outside;
  };
  const outliers = await rewriteTable(
    context,
    table,
    () => table.columns,
    (row, number) => {
      const time = timeAt < 0 ? Number.NaN : Date.parse(cellText(row[timeAt]));
      buckets?.count(time);
      let found = false;
      for (const [index, one] of watched.entries()) {
        const value = numberIn(row[one.at], one.column.type);
        if (!Number.isFinite(value)) continue;
        buckets?.add(time, index, value);
        const score = robustZ(value, one.bounds);
        if (!isOutlier(value, one.bounds, score)) continue;
        found = true;
        note(one, { row: number, value, score });
      }
      return found ? row : undefined;
    },
  );

  const columns = watched.map(
    ({ column, bounds, count, farthest }): JsonObject => ({
      column: column.name,
      outliers: count,
      median: rounded(bounds.median),
      spread: rounded(bounds.spread),
      q1: rounded(bounds.q1),
      q3: rounded(bounds.q3),
      exact: bounds.exact,
      farthest: farthest.map(({ row, value, score }) => ({ row, value, score: Number(score.toFixed(2)) })),
    }),
  );
  const overTime = buckets?.result(
    watched.map(({ column }) => column.name),
    numberOf(input['burst-threshold'], 5),
  ) ?? { trends: [], bursts: [], series: [], bucket: null };
  context.log(`${outliers.rows} of ${table.rows} rows are outliers; ${overTime.bursts.length} bursts`);
  for (const { from, to, count } of overTime.bursts.slice(0, 10)) context.log(`burst from ${from} to ${to}: ${count} rows`);
  for (const { what, direction } of overTime.trends) if (direction !== 'none') context.log(`${what} goes ${direction}`);
  return { outputs: { table: referenceJson(outliers), outliers: outliers.rows, columns, ...overTime } };
});

/** The column named, else the first of times; -1 for none. */
function timeColumn(table: Table, input: Input): number {
  return typeof input.time === 'string' ? columnAt(table, input.time) : table.columns.findIndex(({ type }) => type === 'time');
}

function note(watched: Watched, one: { readonly row: number; readonly value: number; readonly score: number }): void {
  watched.count++;
  const { farthest } = watched;
  if (farthest.length === 10 && Math.abs(one.score) <= Math.abs(farthest[9]?.score ?? 0)) return;
  farthest.push(one);
  farthest.sort((a, b) => Math.abs(b.score) - Math.abs(a.score));
  farthest.length = Math.min(farthest.length, 10);
}

/** What comes when; undefined where nothing has a time. */
function bucketsOf(range: Moments, input: Input, columns: number) {
  if (range.count === 0) return undefined;
  const length = lengthOf(input, range);
  const first = Math.floor(range.min / length) * length;
  const size = Math.floor((range.max - first) / length) + 1;
  const counts = Array.from({ length: size }, () => 0);
  const means = Array.from({ length: columns }, () => counts.map(() => new Moments()));
  const place = (time: number) => Math.floor((time - first) / length);
  // Stretches are whole seconds.
  const iso = (at: number) => new Date(first + at * length).toISOString().replace('.000Z', 'Z');
  return {
    count(time: number) {
      if (Number.isFinite(time)) counts[place(time)] = (counts[place(time)] ?? 0) + 1;
    },
    add(time: number, column: number, value: number) {
      if (Number.isFinite(time)) means[column]?.[place(time)]?.add(value);
    },
    result(names: readonly string[], threshold: number) {
      const trend = (what: string, points: readonly number[]) => {
        const { direction, slope, p } = trendOf(points);
        return { what, direction, 'per-bucket': rounded(slope), p: Number(p.toPrecision(3)) };
      };
      // The first and the last bucket are seldom whole.
      const whole = <T>(list: readonly T[]) => (list.length > 4 ? list.slice(1, -1) : list);
      const { usual, bursts } = burstsIn(counts, threshold);
      return {
        bucket: length / 1000,
        trends: [
          trend('rows', whole(counts)),
          ...names.map((name, at) =>
            trend(
              name,
              whole(means[at] ?? []).flatMap(({ count, mean }) => (count > 0 ? [mean] : [])),
            ),
          ),
        ],
        bursts: bursts.map((burst) => ({
          from: iso(burst.first),
          to: iso(burst.last + 1),
          count: burst.count,
          usual: usual * (burst.last - burst.first + 1),
          score: Number(burst.score.toFixed(1)),
        })),
        series: counts.map((count, at): Json => ({ time: iso(at), rows: count })),
      };
    },
  };
}

function lengthOf(input: Input, { min, max }: Moments): number {
  if (input.bucket === undefined || input.bucket === 'auto') return bucketLength(min, max);
  const given = parseDuration(textOf(input.bucket));
  if (!given.ok) throw wrongInput(action, `bucket ${given.message.replace(/\.$/, '')}`);
  if (given.milliseconds < 1000 || (max - min) / given.milliseconds > mostBuckets * 4)
    throw wrongInput(action, `bucket must be a second or more, and long enough that there are no more than ${mostBuckets * 4}`);
  return given.milliseconds;
}
