import assert from 'node:assert/strict';
import { Stopped } from '../stopped.ts';
import { Pace } from './pace.ts';

const rows = Array.from({ length: 3000 }, (_, at) => [at]);
const busy = (milliseconds: number) => {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
};

describe('pace', () => {
  it('hands on every row once, in order, fewer at a time when they take long', async () => {
    const seen: unknown[] = [];
    const sizes: number[] = [];
    for await (const block of new Pace(new AbortController().signal).blocks(rows)) {
      sizes.push(block.length);
      if (sizes.length === 1) busy(120);
      seen.push(...block.map(([first]) => first));
    }
    assert.deepEqual(
      seen,
      rows.map(([first]) => first),
    );
    assert.ok((sizes[1] ?? 0) < (sizes[0] ?? 0) / 2, sizes.join());
  });

  it('lets others have their turn, and ends when it is stopped', async () => {
    const stop = new AbortController();
    let blocks = 0;
    setImmediate(() => stop.abort());
    await assert.rejects(async () => {
      for await (const _ of new Pace(stop.signal).blocks(rows)) blocks++;
    }, Stopped);
    assert.ok(blocks < 3);
  });
});
