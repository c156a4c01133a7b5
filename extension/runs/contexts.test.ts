import assert from 'node:assert/strict';
import type { RunDetail, RunStatus, StepView } from '../../protocol/run.ts';
import { canSkip, runContext, stepContext } from './contexts.ts';

const step = (status: StepView['status'], more: Partial<StepView> = {}): StepView => ({
  id: 'a',
  verb: 'run',
  line: 1,
  status,
  attempts: 1,
  ...more,
});
const run = (status: RunStatus, steps: StepView[] = [], more: Partial<RunDetail> = {}) =>
  ({ id: 'r1', status, steps, approvals: [], ...more }) as unknown as RunDetail;
const undo = { verb: 'run', risk: 'low' as const };

describe('what can be done with a run and its steps', () => {
  it('depends on how the run stands', () => {
    assert.equal(runContext(run('running')), 'run.active');
    assert.equal(runContext(run('completed', [step('succeeded', { undo })])), 'run.done');
    assert.equal(runContext(run('paused', [], { paused: { by: 'ann', at: '' } })), 'run.paused');
    assert.equal(runContext(run('paused', [step('succeeded', { undo })], { paused: { by: 'ann', at: '' } })), 'run.paused.undo');
    // Held up by a question: nobody paused it, so there is nothing to resume.
    assert.equal(runContext(run('paused', [step('unknown')])), 'run.active');
    // Held up by a locked store: it can be tried again.
    const error = { code: 'secrets-locked', class: 'permission', message: 'm', remedy: 'r' };
    assert.equal(runContext(run('paused', [step('running', { error })])), 'run.held');
    assert.ok(canSkip(run('paused'), step('running', { error })));
    assert.equal(stepContext(run('paused'), step('running', { error })), 'step.waits');
  });

  it('is a retry or a rollback after a failure, until something was undone', () => {
    assert.equal(runContext(run('failed', [step('failed')])), 'run.failed');
    assert.equal(runContext(run('failed', [step('failed', { id: 'each[1]/a' })])), 'run.failed.items');
    assert.equal(runContext(run('failed', [step('failed'), step('succeeded', { id: 'b', undo })])), 'run.failed.undo');
    assert.equal(runContext(run('failed', [step('failed')], { rollback: 'full' })), 'run.failed.over');
    assert.equal(stepContext(run('failed'), step('failed')), 'step.failed.retry');
    assert.equal(stepContext(run('running'), step('failed')), 'step.failed');
    assert.equal(stepContext(run('failed', [], { rollback: 'partial' }), step('failed')), 'step.failed');
  });

  it('is a skip while a step waits or has not begun', () => {
    assert.ok(canSkip(run('paused'), step('pending')));
    assert.ok(canSkip(run('running'), step('running', { verb: 'wait' })));
    assert.ok(!canSkip(run('running'), step('running')));
    assert.ok(!canSkip(run('cancelled'), step('pending')));
    assert.ok(!canSkip(run('rolling_back'), step('pending', { id: 'undo/a' })));
  });
});
