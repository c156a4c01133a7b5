import assert from 'node:assert/strict';
import type { StepView } from '../../protocol/run.ts';
import { duration, oneLine, stepSentence } from './words.ts';

const step = (more: Partial<StepView>): StepView => ({ id: 'a', verb: 'run', line: 3, status: 'pending', attempts: 1, ...more });

describe('words for a run', () => {
  it('says durations in the unit that fits', () => {
    assert.deepEqual([40, 1200, 12_400, 185_000, 7_800_000].map(duration), ['0.0 s', '1.2 s', '12 s', '3 min 5 s', '2 h 10 min']);
  });

  it('says how a step ended, on one line', () => {
    assert.equal(stepSentence(step({ status: 'succeeded', durationMs: 1200 })), 'succeeded in 1.2 s');
    const error = { code: 'exit-code', class: 'exit', message: 'The script\nended with exit code 3.', remedy: '' };
    assert.equal(stepSentence(step({ status: 'failed', error })), 'failed: The script ended with exit code 3.');
    assert.equal(stepSentence(step({ status: 'running', attempts: 2 })), 'running, attempt 2');
    assert.equal(oneLine('x'.repeat(500)).length, 160);
  });
});
