import assert from 'node:assert/strict';
import type { Outcome } from './case.ts';
import { judgeEdits } from './edits.ts';
import { missesOf } from './report.ts';
import { judgeSentences } from './sentences.ts';

/** Parts of the cases that the rules must get exactly right; `npm run eval` prints every miss. */
const floor = 0.95;

function holds(outcomes: readonly Outcome[], least: number): void {
  assert.ok(outcomes.length >= least, `${outcomes.length} cases`);
  const right = outcomes.filter(({ miss }) => miss === undefined).length;
  assert.ok(right / outcomes.length >= floor, `${right} of ${outcomes.length}\n${missesOf(outcomes, true)}`);
}

describe('what the copilot understands without a model', () => {
  it('reads sentences as what they ask for', async () => holds(await judgeSentences(), 120));

  it('makes the edits that are asked for, and loses no comment', async () => holds(await judgeEdits(), 30));

  it('plans nothing where nothing is asked for', async () => {
    const planned = (await judgeSentences()).filter(
      ({ group, miss }) =>
        group === 'sentences: not-actions' && miss?.expected.includes('"actions":[]') && !miss.got.includes('"actions":[]'),
    );
    assert.equal(missesOf(planned, true), '');
  });
});
