import assert from 'node:assert/strict';
import { judgeFailures } from '../eval/failures.ts';
import { missesOf } from '../eval/report.ts';

describe('runs that fail for real', function () {
  // More than a hundred of them, one after the other.
  this.timeout(900_000);

  it('are explained with their class, their step and what to do', async () => {
    const outcomes = await judgeFailures();
    assert.ok(outcomes.length >= 100, `${outcomes.length} runs`);
    assert.equal(missesOf(outcomes, true), '');
  });
});
