import assert from 'node:assert/strict';
import { within } from './guard.ts';

describe('work within a time', () => {
  it('is stopped in the middle of an expression', () => {
    const text = `${'a'.repeat(40)}!`;
    let ended = false;
    const done = within(50, () => {
      ended = /^(a|aa|a)+$/.test(text);
    });
    assert.deepEqual([done, ended], [false, false]);
  });

  it('does all of it otherwise, and says what it throws', () => {
    let done = 0;
    assert.equal(
      within(10_000, () => {
        done = 1;
      }),
      true,
    );
    assert.equal(done, 1);
    const own = new TypeError('mine');
    assert.throws(
      () =>
        within(10_000, () => {
          throw own;
        }),
      own,
    );
  });
});
