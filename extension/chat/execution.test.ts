import assert from 'node:assert/strict';
import type { Plan } from '../../copilot/plan/plan.ts';
import { run, step } from '../../copilot/testing/runs.ts';
import type { ExecutionView } from '../../protocol/chat.ts';
import type { ApprovalView, RunDetail } from '../../protocol/run.ts';
import { carryOut, type ExecutionPorts, executionOf, isOfPlan } from './execution.ts';

const plan: Plan = {
  actions: [
    { uses: 'security/block_ip', with: { ip: '192.0.2.7', duration: 86_400 }, summary: 'Block 192.0.2.7 for 24 hours' },
    { uses: 'notify/analysts', with: { text: 'hello' }, summary: 'Notify the analysts' },
  ],
  missing: [],
  confidence: 1,
  risk: 'medium',
};
const approval = (change: Partial<ApprovalView> = {}, request: Partial<ApprovalView['request']> = {}): ApprovalView => ({
  run: 'r1',
  runbook: 'Block',
  file: '/w/x.runbook.yaml',
  step: 'block-ip',
  line: 4,
  kind: 'approval',
  status: 'pending',
  digest: 'd1',
  message: 'Run?',
  risk: 'medium',
  reason: 'policy',
  request: {
    kind: 'action',
    action: 'security/block_ip',
    with: { duration: 86_400, ip: '192.0.2.7' },
    env: {},
    target: 'local',
    ...request,
  },
  requestedAt: '2026-11-01T10:00:00.000Z',
  ...change,
});

describe('the run of a plan', () => {
  it('answers only for exactly what the card showed', () => {
    assert.ok(isOfPlan(approval(), plan));
    for (const [change, request] of [
      [{ step: 'other' }, {}],
      [{ kind: 'unknown-outcome' as const }, {}],
      [{ status: 'void' as const }, {}],
      [{}, { with: { ip: '192.0.2.8', duration: 86_400 } }],
      [{}, { with: { ip: '192.0.2.7', duration: 86_400, method: 'api' } }],
      [{}, { with: { ip: '192.0.2.7' } }],
      [{}, { action: 'security/isolate_host' }],
      [{}, { target: 'edge' }],
      [{}, { env: { PATH: '/x' } }],
      [{}, { kind: 'script' as const, script: 'rm -rf /' }],
    ] as const)
      assert.ok(!isOfPlan(approval(change, request), plan), JSON.stringify([change, request]));
  });

  it('approves each question once, follows to the end, and says what came of each action', async () => {
    const states: RunDetail[] = [
      run({
        status: 'waiting_approval',
        finishedAt: undefined,
        approvals: [approval()],
        steps: [step({ id: 'block-ip', status: 'waiting_approval' })],
      }),
      run({
        status: 'waiting_approval',
        finishedAt: undefined,
        approvals: [approval()],
        steps: [step({ id: 'block-ip', status: 'waiting_approval' })],
      }),
      run({
        status: 'completed',
        createdAt: '2026-11-01T10:00:00.000Z',
        finishedAt: '2026-11-01T10:00:00.850Z',
        approvals: [],
        steps: [
          step({
            id: 'block-ip',
            verb: 'security/block_ip',
            status: 'succeeded',
            error: undefined,
            outputs: { rule_id: 'rule_12345', expires: '2026-11-02T10:00:00Z' },
          }),
          step({ id: 'notify-analysts', verb: 'notify/analysts', status: 'succeeded', error: undefined, outputs: { notified: 3 } }),
        ],
      }),
    ];
    const listeners = new Set<() => void>();
    const asked: string[] = [];
    const views: ExecutionView[] = [];
    let at = 0;
    const ports: ExecutionPorts = {
      write: async () => '',
      up: '../../',
      read: async () => '',
      request: async () => assert.fail('it runs already'),
      show: async () => states[++at] ?? assert.fail('it has ended'),
      approve: async ({ digest }) => {
        asked.push(digest);
        return false;
      },
      onRunsChanged: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const ended = carryOut(states[0] ?? assert.fail(), plan, ports, (view) => views.push(view));
    while (listeners.size === 0 || asked.length === 0 || views.length < 2) await new Promise((resolve) => setImmediate(resolve));
    for (const listener of [...listeners]) listener();
    await ended;
    assert.deepEqual(asked, ['d1']);
    assert.deepEqual(
      views[0]?.actions.map(({ status }) => status),
      ['waiting', 'pending'],
    );
    const last = views.at(-1);
    assert.equal(last?.milliseconds, 850);
    assert.deepEqual(
      last?.actions.map(({ detail }) => detail),
      ['rule_12345 created, until 2026-11-02 10:00:00 UTC', '3 analysts notified'],
    );
    assert.equal(listeners.size, 0);
  });

  it('shows an action that never ran as not done', () => {
    const view = executionOf(
      run({ status: 'rejected', steps: [step({ id: 'block-ip', status: 'waiting_approval', error: undefined })] }),
      plan,
    );
    assert.deepEqual(
      view.actions.map(({ status }) => status),
      ['skipped', 'skipped'],
    );
  });
});
