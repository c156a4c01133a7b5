import assert from 'node:assert/strict';
import fc from 'fast-check';
import { linearRegression, mean, medianAbsoluteDeviation, sampleCorrelation, sampleStandardDeviation } from 'simple-statistics';
import { bucketLength, burstsIn, mostBuckets } from './buckets.ts';
import { Correlation, Moments } from './moments.ts';
import { boundsOf, outsideFences, robustZ } from './outliers.ts';
import { medianDeviation, quantile, Sample } from './sample.ts';
import { trendOf } from './trend.ts';

const numbers = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 3, maxLength: 50 });
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b)), `${a} and ${b}`);
const sampleOf = (values: readonly number[], most = 1e6) => {
  const sample = new Sample(most);
  for (const value of values) sample.add(value);
  return sample;
};

describe('statistics', () => {
  it('agree with a library that has all numbers at once', () => {
    fc.assert(
      fc.property(numbers, (list) => {
        const moments = new Moments();
        for (const value of list) moments.add(value);
        near(moments.mean, mean(list));
        near(moments.deviation, sampleStandardDeviation(list));
        const sorted = sampleOf(list).sorted();
        near(medianDeviation(sorted, quantile(sorted, 0.5)), medianAbsoluteDeviation(list));
        const other = list.map((value, at) => value * 2 + (at % 3) * 1000);
        const correlation = new Correlation();
        for (const [at, value] of list.entries()) correlation.add(value, other[at] ?? 0);
        if (new Set(list).size > 1 && new Set(other).size > 1) near(correlation.value, sampleCorrelation(list, other));
      }),
    );
  });

  it('interpolate quantiles as spreadsheets do', () => {
    assert.deepEqual(
      [0, 0.25, 0.5, 0.9, 1].map((part) => quantile([1, 2, 3, 4], part)),
      [1, 1.75, 2.5, 3.7, 4],
    );
    assert.ok(Number.isNaN(quantile([], 0.5)));
  });

  it('keep a sample in its bound and say that it is one', () => {
    const sample = sampleOf(
      Array.from({ length: 100_000 }, (_, at) => at),
      1000,
    );
    assert.equal(sample.exact, false);
    assert.equal(sample.sorted().length, 1000);
    assert.ok(Math.abs(quantile(sample.sorted(), 0.5) - 50_000) < 15_000);
  });

  it('find outliers that a mean would hide', () => {
    const values = [10, 11, 9, 10, 12, 10, 9, 11, 1000, 1001];
    const bounds = boundsOf(sampleOf(values));
    assert.deepEqual(
      values.filter((value) => Math.abs(robustZ(value, bounds)) > 3.5),
      [1000, 1001],
    );
    const same = boundsOf(sampleOf([5, 5, 5, 5, 5, 5, 9]));
    assert.ok(Math.abs(robustZ(9, same)) > 3.5, 'also where most are the same');
    assert.equal(robustZ(5, boundsOf(sampleOf([5, 5]))), 0);
    assert.equal(outsideFences(20, boundsOf(sampleOf([1, 2, 3, 4, 5, 6, 7, 8])), 1.5), true);
  });

  it('tell a trend from noise', () => {
    const line = Array.from({ length: 30 }, (_, at) => 3 * at + (at % 4));
    const trend = trendOf(line);
    assert.equal(trend.direction, 'up');
    near(trend.slope, 3);
    assert.ok(Math.abs(trend.slope - linearRegression(line.map((y, x) => [x, y])).m) < 0.2);
    assert.equal(trendOf(line.toReversed()).direction, 'down');
    assert.equal(trendOf([1, 5, 2, 4, 3, 1, 5, 2, 4, 3]).direction, 'none');
    assert.equal(trendOf([7, 7, 7, 7, 7]).direction, 'none');
    // By hand: S = 6 of 4 points, variance 26/3, z = 5 / 2.944.
    assert.ok(Math.abs(trendOf([1, 2, 3, 4]).p - 0.0894) < 1e-3);
  });

  it('find bursts and join neighbours', () => {
    const counts = Array.from({ length: 50 }, (_, at) => (at === 20 || at === 21 ? 200 : 10 + (at % 3)));
    assert.deepEqual(
      burstsIn(counts, 5).bursts.map(({ first, last, count }) => [first, last, count]),
      [[20, 21, 400]],
    );
    assert.deepEqual(burstsIn([3, 4, 6, 5, 2, 9], 5).bursts, [], 'chance alone makes none');
    assert.deepEqual(burstsIn([], 5).bursts, []);
  });

  it('choose buckets for any stretch of time', () => {
    for (const stretch of [0, 1, 60_000, 86_400_000, 4e9, 1e12, 8e15]) assert.ok(stretch / bucketLength(0, stretch) < mostBuckets);
  });
});
