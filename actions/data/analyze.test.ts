import assert from 'node:assert/strict';
import { analyzePatterns } from './analyze_patterns/analyze-patterns.ts';
import { analyzeStats } from './analyze_stats/analyze-stats.ts';
import { type DataTest, dataTest } from './testing/run.ts';

describe('data/analyze_stats and analyze_patterns', () => {
  let test: DataTest;
  beforeEach(() => {
    test = dataTest();
  });
  afterEach(() => test.remove());

  it('describe each column by its type', async () => {
    const table = test.file(
      't.csv',
      'bytes,double,host,time\n1,2,web,2026-01-01T00:00:00Z\n2,4,db,2026-01-03T00:00:00Z\n3,,web,\n,8,,2026-01-02T00:00:00Z\n',
    );
    const { columns, correlations, rows } = await test.outputs(analyzeStats, { table, top: 1 });
    assert.equal(rows, 4);
    const [bytes, , host, time] = Object(columns);
    assert.deepEqual(
      [bytes.count, bytes.missing, bytes.min, bytes.max, bytes.mean, bytes.deviation, bytes.median, bytes.p25, bytes['quantiles-exact']],
      [3, 1, 1, 3, 2, 1, 2, 1.5, true],
    );
    assert.deepEqual(host, {
      name: 'host',
      type: 'text',
      count: 3,
      missing: 1,
      distinct: 2,
      'distinct-exact': true,
      top: [{ value: 'web', count: 2 }],
    });
    assert.deepEqual([time.first, time.last], ['2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z']);
    assert.deepEqual(correlations, [], 'two pairs are too few');
    const more = await test.outputs(analyzeStats, { table: [1, 2, 3, 9].map((a) => ({ a, b: -a })) });
    assert.deepEqual(more.correlations, [{ a: 'a', b: 'b', r: -1, rows: 4 }]);
  });

  it('say nothing of nothing that JSON cannot say', async () => {
    const outputs = await test.outputs(analyzeStats, { table: test.file('e.csv', 'a,b\n') });
    assert.equal(JSON.stringify(outputs).includes('NaN'), false);
    const patterns = await test.outputs(analyzePatterns, { table: [] });
    assert.deepEqual([patterns.outliers, patterns.bursts, patterns.bucket], [0, [], null]);
    const constant = await test.outputs(analyzePatterns, { table: [{ a: 1 }, { a: 1 }] });
    assert.equal(constant.outliers, 0);
  });

  const minute = 60_000;
  const events = Array.from({ length: 600 }, (_, at) => ({
    time: new Date(Date.UTC(2026, 0, 1) + Math.floor(at / 5) * minute).toISOString(),
    bytes: at === 77 ? 1e6 : 100 + (at % 7),
    load: at,
  }));
  const flood = Array.from({ length: 200 }, () => ({ time: '2026-01-01T01:00:30.000Z', bytes: 100, load: 300 }));

  it('find the row that is far out, the burst, and the trend', async () => {
    const outputs = await test.outputs(analyzePatterns, { table: [...events, ...flood], columns: ['bytes', 'load'], bucket: '1m' });
    assert.deepEqual(
      (await test.rows(outputs.table)).map(({ bytes }) => bytes),
      [1e6],
    );
    const [bytes] = Object(outputs.columns);
    assert.equal(bytes.farthest[0].row, 78);
    const [burst] = Object(outputs.bursts);
    assert.deepEqual(
      [Object(outputs.bursts).length, burst.from, burst.to, burst.count, burst.usual],
      [1, '2026-01-01T01:00:00Z', '2026-01-01T01:01:00Z', 205, 5],
    );
    assert.deepEqual(
      Object(outputs.trends).map(({ what, direction }: { what: string; direction: string }) => [what, direction]),
      [
        ['rows', 'none'],
        ['bytes', 'none'],
        ['load', 'up'],
      ],
    );
    assert.equal(Object(outputs.series).length, 120);
  });

  it('refuse a bucket that makes too many, and a column that is not there', async () => {
    const table = [{ t: '1970-01-01' }, { t: '2026-01-01' }];
    assert.match((await test.failure(analyzePatterns, { table, bucket: '1s' })).error.message, /bucket must be a second or more/);
    assert.match((await test.failure(analyzePatterns, { table, bucket: 'soon' })).error.message, /data\/analyze_patterns: bucket/);
    assert.equal((await test.failure(analyzePatterns, { table, columns: ['x'] })).error.code, 'data-column');
    assert.ok(Object((await test.outputs(analyzePatterns, { table })).series).length <= 240);
  });
});
