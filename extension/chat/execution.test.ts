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

const digest = 'f'.repeat(64);
const waiting = (more: Partial<RunDetail> = {}): RunDetail =>
  run({
    status: 'waiting_approval',
    finishedAt: undefined,
    fileDigest: digest,
    approvals: [approval()],
    steps: [step({ id: 'block-ip', status: 'waiting_approval', error: undefined })],
    ...more,
  });
const done = run({ status: 'completed', approvals: [], steps: [] });

/** Gives one state after the other, and the last one for ever. An error is an engine that cannot be reached. */
function following(states: readonly (RunDetail | Error)[], options: { stands?: boolean; approve?: () => Promise<boolean> } = {}) {
  const listeners = new Set<() => void>();
  const asked: [string, boolean][] = [];
  const views: ExecutionView[] = [];
  const troubles: unknown[] = [];
  let at = 0;
  const ports: ExecutionPorts = {
    write: async () => '',
    up: '../../',
    read: async () => '',
    request: async () => assert.fail('it runs already'),
    show: async () => {
      const state = states[Math.min(at++, states.length - 1)] ?? assert.fail();
      if (state instanceof Error) throw state;
      return state;
    },
    approve: async (question, look) => {
      asked.push([question.digest, look]);
      return options.approve?.() ?? false;
    },
    onRunsChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const confirmed = { plan, digest, stands: () => options.stands ?? true };
  const tell = {
    view: (view: ExecutionView) => void views.push(view),
    trouble: (error: unknown) => void troubles.push(error),
  };
  const change = () => {
    for (const listener of [...listeners]) listener();
  };
  return {
    listeners,
    asked,
    views,
    troubles,
    change,
    follow: () => carryOut('r1', confirmed, ports, tell),
    /** Follows to the end, with a change whenever it waits for one. */
    async toEnd() {
      let going = true;
      const ended = carryOut('r1', confirmed, ports, tell).finally(() => {
        going = false;
      });
      while (going) {
        change();
        await new Promise((resolve) => setImmediate(resolve));
      }
      return ended;
    },
  };
}

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
      [{}, { retryWith: { ip: '192.0.2.8' } }],
      [{}, { connection: { host: 'edge.example' } }],
      [{}, { kind: 'script' as const, script: 'rm -rf /' }],
    ] as const)
      assert.ok(!isOfPlan(approval(change, request), plan), JSON.stringify([change, request]));
  });

  it('approves each question once, follows to the end, and says what came of each action', async () => {
    const states: RunDetail[] = [
      run({
        status: 'waiting_approval',
        finishedAt: undefined,
        fileDigest: digest,
        approvals: [approval()],
        steps: [step({ id: 'block-ip', status: 'waiting_approval' })],
      }),
      run({
        status: 'waiting_approval',
        finishedAt: undefined,
        fileDigest: digest,
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
    const it = following(states);
    const ended = it.follow();
    while (it.asked.length === 0 || it.views.length < 2) await new Promise((resolve) => setImmediate(resolve));
    it.change();
    await ended;
    const { asked, views, listeners } = it;
    assert.deepEqual(asked, [['d1', false]]);
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

  it('answers nothing in a run of another text than the card became, and says where to answer', async () => {
    const it = following([waiting({ fileDigest: '0'.repeat(64) }), done]);
    await it.toEnd();
    assert.deepEqual(it.asked, []);
    assert.match(it.views[0]?.waits ?? '', /“block-ip” waits for an answer: the Approvals view/);
    assert.equal(it.views.at(-1)?.waits, undefined);
  });

  it('only watches where nobody has pressed the button, as after a reload', async () => {
    const it = following([waiting(), done], { stands: false });
    await it.toEnd();
    assert.deepEqual(it.asked, []);
    assert.match(it.views[0]?.waits ?? '', /Approvals view/);
  });

  it('has the editor show what the card could not: settings of the workspace', async () => {
    const it = following([waiting({ approvals: [approval({}, { settings: { method: 'edge' } })] }), done]);
    await it.toEnd();
    assert.deepEqual(it.asked, [['d1', true]]);
    const low = following([waiting({ approvals: [approval({ risk: 'low' }, { settings: { team: { type: 'webhook' } } })] }), done]);
    await low.toEnd();
    assert.deepEqual(low.asked, [['d1', false]]);
  });

  it('says where to answer once the person has declined', async () => {
    const it = following([waiting(), waiting(), done]);
    await it.toEnd();
    assert.deepEqual(it.asked, [['d1', false]]);
    assert.equal(it.views[0]?.waits, undefined);
    assert.match(it.views[1]?.waits ?? '', /Approvals view/);
  });

  it('goes on when the engine was away, and when somebody else has answered', async () => {
    const away = new Error('No engine answers');
    const it = following([away, waiting(), waiting(), done], { approve: () => Promise.reject(new Error('It does not wait any more')) });
    await it.toEnd();
    assert.deepEqual(
      it.troubles.map((error) => (error instanceof Error ? error.message : error)),
      ['No engine answers', undefined, 'It does not wait any more'],
    );
    assert.equal(it.views.at(-1)?.status, 'completed');
    assert.equal(it.listeners.size, 0);
  });

  it('takes the table of an action before for what it became, and nothing else for it', () => {
    const exported: Plan = {
      ...plan,
      actions: [
        { uses: 'data/csv_import', with: { path: 'a.csv' }, summary: 'Import' },
        { uses: 'data/csv_export', with: { table: '${{ steps.csv-import.outputs.table }}', path: 'b.csv' }, summary: 'Export' },
      ],
    };
    const request = { action: 'data/csv_export', with: { table: { rows: [] }, path: 'b.csv' } };
    assert.ok(isOfPlan(approval({ step: 'csv-export' }, request), exported));
    for (const given of [{ table: {}, path: 'c.csv' }, { table: {} }, { path: 'b.csv' }, { table: {}, path: 'b.csv', mode: 'append' }])
      assert.ok(!isOfPlan(approval({ step: 'csv-export' }, { ...request, with: given }), exported), JSON.stringify(given));
  });

  it('makes characters visible that hide or reorder what came of an action', () => {
    const view = executionOf(
      run({ steps: [step({ id: 'block-ip', error: { code: 'x', class: 'x', message: 'no \u202egnp.exe', remedy: 'None.' } })] }),
      plan,
    );
    assert.match(view.actions[0]?.detail ?? '', /⟨U\+202E⟩/);
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
