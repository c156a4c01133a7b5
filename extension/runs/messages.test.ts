import assert from 'node:assert/strict';
import type { RunDetail, StepView } from '../../protocol/run.ts';
import { messagesOf } from './messages.ts';

const since = '2026-11-21T10:00:00.000Z';
const step = (more: Partial<StepView>): StepView => ({
  id: 'tell',
  verb: 'notify/analysts',
  line: 1,
  status: 'succeeded',
  attempts: 1,
  finishedAt: '2026-11-21T10:00:01.000Z',
  ...more,
});
const run = (...steps: StepView[]) => ({ id: 'r1', runbook: 'Contain', steps }) as unknown as RunDetail;
const result = { channel: 'editor', type: 'vscode', ok: true, notified: 1, title: 'Look', text: 'Blocked 203.0.113.7', severity: 'high' };

describe('messages of a run for this window', () => {
  it('are those for VS Code, as severe as they are', () => {
    const outputs = {
      results: [{ channel: 'soc', type: 'slack', ok: true }, result, { ...result, severity: 'critical', title: 'Blocked' }],
    };
    assert.deepEqual(messagesOf(run(step({ outputs })), since), [
      { key: 'r1 tell 1 1', severity: 'warning', text: 'Contain — Look: Blocked 203.0.113.7' },
      { key: 'r1 tell 1 2', severity: 'error', text: 'Contain — Blocked 203.0.113.7' },
    ]);
  });

  it('are none of other actions, of what was over before, or of what is no message', () => {
    const outputs = { results: [result] };
    assert.deepEqual(messagesOf(run(step({ outputs, verb: 'run' })), since), []);
    assert.deepEqual(messagesOf(run(step({ outputs, finishedAt: '2026-11-21T09:59:59.999Z' })), since), []);
    for (const results of [undefined, 'x', [null], [{ type: 'vscode' }], [{ type: 'vscode', text: 7 }]])
      assert.deepEqual(messagesOf(run(step({ outputs: { results } })), since), []);
  });
});
