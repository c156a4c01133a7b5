import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { describe, it } from 'mocha';
import { Timers } from './timers.ts';

describe('timers', () => {
  it('fire in the order of their times, each key once, at its latest time, and not when cleared', async () => {
    const base = Date.now();
    const fired: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const timers = new Timers(
      () => base + 1000,
      (key) => {
        fired.push(key);
        if (timers.size === 0) resolve();
      },
    );
    const order = [7, 3, 9, 1, 5, 8, 2, 6, 4];
    for (const at of order) timers.set(`k${at}`, base + at);
    timers.set('k9', base);
    timers.set('k1', undefined);
    await promise;
    assert.deepEqual(fired, ['k9', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8']);
    timers.close();
  });

  it('notice within a minute that the machine has slept', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      let now = 0;
      const fired: string[] = [];
      const timers = new Timers(
        () => now,
        (key) => fired.push(key),
      );
      timers.set('a', 30 * 60_000);
      mock.timers.tick(60_000);
      assert.deepEqual(fired, []);
      now = 8 * 3_600_000;
      mock.timers.tick(60_000);
      assert.deepEqual(fired, ['a']);
      timers.close();
    } finally {
      mock.timers.reset();
    }
  });

  it('hold what lies further ahead than Node can count', () => {
    const timers = new Timers(
      () => 0,
      () => assert.fail('fired'),
    );
    timers.set('far', 2 ** 40);
    assert.equal(timers.size, 1);
    timers.close();
  });
});
