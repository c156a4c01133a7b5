import { medianDeviation, quantile, type Sample } from './sample.ts';

export interface Bounds {
  readonly median: number;
  /** What one standard deviation would be if the middle of the numbers were normal. 0: most of them are the same. */
  readonly spread: number;
  readonly q1: number;
  readonly q3: number;
  readonly exact: boolean;
}

export function boundsOf(sample: Sample): Bounds {
  const sorted = sample.sorted();
  const median = quantile(sorted, 0.5);
  const deviation = medianDeviation(sorted, median);
  return {
    median,
    spread: deviation * 1.4826 || meanDeviation(sorted, median) * 1.2533,
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    exact: sample.exact,
  };
}

/** How many spreads a number is from the median (the robust z of Iglewicz and Hoaglin); 0 where all are the same. */
export const robustZ = (value: number, { median, spread }: Bounds): number => (spread > 0 ? (value - median) / spread : 0);

/** Tukey's fences. */
export function outsideFences(value: number, { q1, q3 }: Bounds, factor: number): boolean {
  const reach = (q3 - q1) * factor;
  return value < q1 - reach || value > q3 + reach;
}

function meanDeviation(sorted: Float64Array, median: number): number {
  return sorted.length === 0 ? 0 : sorted.reduce((sum, value) => sum + Math.abs(value - median), 0) / sorted.length;
}
