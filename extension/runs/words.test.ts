import assert from 'node:assert/strict';
import type { ApprovalView, RunDetail, StepView } from '../../protocol/run.ts';
import { approverWords, duration, oneLine, runSentence, stepSentence } from './words.ts';

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

  it('says what a run waits for', () => {
    const run = (more: Partial<RunDetail>) =>
      ({ id: 'r1', runbook: 'Move', createdAt: '2026-11-20T10:00:00Z', steps: [], approvals: [], ...more }) as unknown as RunDetail;
    const asks = (kind: ApprovalView['kind'], step: string) => ({ kind, step, status: 'pending' }) as ApprovalView;
    const sentence = (more: Partial<RunDetail>, others: RunDetail[] = []) => runSentence(run(more), others);
    assert.equal(sentence({ status: 'running' }), 'running');
    assert.equal(sentence({ status: 'waiting_approval', approvals: [asks('approval', 'a')] }), 'waits for approval');
    assert.equal(
      sentence({ status: 'waiting_approval', approvals: [asks('approval', 'a'), asks('approval', 'b')] }),
      'waits for 2 approvals',
    );
    assert.match(sentence({ status: 'paused', paused: { by: 'ann', at: '2020-01-01T10:00:00Z' } }), /^paused by ann at /);
    assert.equal(sentence({ status: 'paused', approvals: [asks('unknown-outcome', 'a')] }), 'paused: nobody knows what became of a');
    const queued = { status: 'pending', queued: { group: 'edge', behind: 'r0' } } as const;
    assert.match(sentence(queued, [run({ id: 'r0', runbook: 'Copy' })]), /^queued in edge, waits for Copy of .+ to end$/);
    assert.equal(sentence(queued), 'queued in edge, waits for another run to end');
    assert.equal(sentence({ status: 'failed', rollback: 'partial' }), 'failed, rolled back in part');
  });

  it('says who may answer and how many have', () => {
    const words = (more: Partial<ApprovalView>) => approverWords(more as ApprovalView);
    assert.deepEqual(words({}), []);
    assert.deepEqual(words({ approvers: ['ann', 'bob'], min: 2, given: ['ann'] }), ['for ann, bob', '1 of 2 approved']);
    assert.deepEqual(words({ approvers: [], unresolved: ['eve'] }), ['nobody is called eve', 'for nobody who is known']);
  });
});
