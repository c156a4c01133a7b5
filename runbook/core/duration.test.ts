import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { milliseconds, parseDuration, seconds } from './duration.ts';
import { ProblemError } from './errors.ts';

const good: readonly (readonly [text: string, milliseconds: number])[] = [
  ['250ms', 250],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['1h30m', 5_400_000],
  ['1d2h3m4s5ms', 93_784_005],
  ['0s', 0],
  ['PT5M', 300_000],
  ['P1DT1H', 90_000_000],
  ['P2W', 1_209_600_000],
  ['PT1.5S', 1_500],
];

const bad: readonly (readonly [text: string, why: RegExp])[] = [
  ['5', /add one, such as 5s for seconds or 5m for minutes/],
  ['1.5', /has no unit/],
  ['-3', /has no unit/],
  ['', /cannot be read/],
  ['24 hours', /cannot be read/],
  ['5M', /cannot be read/],
  ['30m1h', /cannot be read/],
  ['P', /cannot be read/],
  ['PT', /cannot be read/],
  ['P1M', /cannot be read/],
  ['5m ', /cannot be read/],
  ['99999d', /longer than ten years/],
  ['9'.repeat(1_000_000), /too long/],
];

describe('A duration', () => {
  for (const [text, expected] of good)
    it(`reads ${text}`, () => assert.deepEqual(parseDuration(text), { ok: true, milliseconds: expected }));

  for (const [text, why] of bad) {
    it(`says what is wrong with ${JSON.stringify(text.slice(0, 20))}`, () => {
      const result = parseDuration(text);
      assert.match(result.ok ? 'read' : result.message, why);
    });
  }

  it('is seconds for expressions and milliseconds for timers', () => {
    assert.equal(seconds('1h30m'), 5_400);
    assert.equal(seconds('250ms'), 0.25);
    assert.equal(milliseconds('1s'), 1_000);
    assert.throws(
      () => seconds('5'),
      (error) => error instanceof ProblemError && error.problem.code === 'duration-wrong',
    );
  });
});
