export interface Trend {
  readonly direction: 'up' | 'down' | 'none';
  /** Change from one point to the next: the median of the slopes of every two (Theil–Sen). */
  readonly slope: number;
  /** Chance to see as much order where there is none (Mann–Kendall, both sides). */
  readonly p: number;
}

/** Whether a series goes up or down; neither outliers nor the form of its distribution matter. At most some hundred points: every two are compared. */
export function trendOf(points: readonly number[]): Trend {
  const n = points.length;
  if (n < 4) return { direction: 'none', slope: 0, p: 1 };
  const slopes: number[] = [];
  let order = 0;
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const difference = (points[b] ?? 0) - (points[a] ?? 0);
      order += Math.sign(difference);
      slopes.push(difference / (b - a));
    }
  }
  const ties = new Map<number, number>();
  for (const point of points) ties.set(point, (ties.get(point) ?? 0) + 1);
  const equal = [...ties.values()].reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0);
  const variance = (n * (n - 1) * (2 * n + 5) - equal) / 18;
  const z = variance === 0 ? 0 : (order - Math.sign(order)) / Math.sqrt(variance);
  const p = Math.min(1, 2 * upperTail(Math.abs(z)));
  slopes.sort((a, b) => a - b);
  const middle = slopes.length >> 1;
  const slope = slopes.length % 2 === 1 ? (slopes[middle] ?? 0) : ((slopes[middle - 1] ?? 0) + (slopes[middle] ?? 0)) / 2;
  return { direction: p < 0.05 ? (order > 0 ? 'up' : 'down') : 'none', slope, p };
}

/** Of the normal distribution, to 7 places (Abramowitz and Stegun 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
