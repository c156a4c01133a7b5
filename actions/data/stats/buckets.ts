const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** Lengths that people can read off a clock. */
const lengths = [1, 2, 5, 10, 30]
  .map((n) => n * second)
  .concat(
    [1, 2, 5, 10, 15, 30].map((n) => n * minute),
    [1, 2, 3, 6, 12].map((n) => n * hour),
    [1, 2, 7, 14, 28].map((n) => n * day),
  );
export const mostBuckets = 240;

/** The shortest length of bucket, in milliseconds, by which a stretch of time has no more than `mostBuckets`. */
export function bucketLength(from: number, to: number): number {
  const stretch = to - from;
  return lengths.find((length) => stretch / length < mostBuckets - 1) ?? Math.ceil(stretch / (mostBuckets - 1) / day) * day;
}

/** Stretches of buckets that have far more in them than usual. */
export interface Burst {
  /** First and last bucket. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
  /** Of the highest bucket. */
  readonly score: number;
}

/** `spread` is never below what chance alone makes of a count, its root. */
export function burstsIn(counts: readonly number[], threshold: number): { readonly usual: number; readonly bursts: Burst[] } {
  const sorted = counts.toSorted((a, b) => a - b);
  const middle = (list: readonly number[]) => ((list[(list.length - 1) >> 1] ?? 0) + (list[list.length >> 1] ?? 0)) / 2;
  const usual = middle(sorted);
  const deviation = middle(counts.map((count) => Math.abs(count - usual)).sort((a, b) => a - b)) * 1.4826;
  const spread = Math.max(deviation, Math.sqrt(usual), 1);
  const bursts: Burst[] = [];
  for (const [at, count] of counts.entries()) {
    const score = (count - usual) / spread;
    if (score < threshold) continue;
    const before = bursts.at(-1);
    if (before?.last === at - 1)
      bursts[bursts.length - 1] = { first: before.first, last: at, count: before.count + count, score: Math.max(before.score, score) };
    else bursts.push({ first: at, last: at, count, score });
  }
  return { usual, bursts };
}
