import assert from 'node:assert/strict';
import type { ApprovalView, RunDetail, RunEvent, RunStatus } from '../../protocol/run.ts';
import { createRunStore } from './store.ts';

const detail = (id: string, seq: number, status: RunStatus = 'running', approvals: ApprovalView[] = []): RunDetail => ({
  id,
  seq,
  status,
  approvals,
  runbook: 'Hello',
  file: `/w/${id}.runbook.yaml`,
  createdAt: `2026-11-20T10:00:0${id.slice(1)}Z`,
  updatedAt: '',
  requestedBy: 'me',
  via: 'vscode',
  snapshot: '',
  fileDigest: '',
  inputs: {},
  steps: [],
  errors: [],
  outputs: {},
});
const question = (run: string): ApprovalView => ({
  run,
  runbook: 'Hello',
  file: '',
  step: 'a',
  line: 1,
  kind: 'approval',
  status: 'pending',
  digest: 'd',
  message: '',
  risk: 'low',
  reason: 'author',
  request: { kind: 'gate', env: {}, target: 'local' },
  requestedAt: '2026-11-20T10:00:00Z',
});
const event = (run: string, type = 'step-started'): RunEvent => ({ run, type, seq: 1, time: '' });
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A fake engine whose answers are given by hand. */
function fakeEngine(runs: Map<string, RunDetail>) {
  const calls: string[] = [];
  const engine = {
    list: async () => [...runs.values()],
    show: async (run: string) => {
      calls.push(run);
      const found = runs.get(run);
      if (!found) throw new Error(`There is no run ${run}`);
      return found;
    },
    approvals: async () => [...runs.values()].flatMap((run) => run.approvals),
  };
  const troubles: unknown[] = [];
  const store = createRunStore({ engine: async () => engine, onTrouble: (error) => troubles.push(error) });
  return { calls, store, troubles };
}

describe('what the window knows of runs', () => {
  it('lists runs newest first and the questions among them', async () => {
    const { store } = fakeEngine(
      new Map([
        ['r1', detail('r1', 1)],
        ['r2', detail('r2', 1, 'waiting_approval', [question('r2')])],
      ]),
    );
    await store.reload();
    await settled();
    assert.deepEqual(
      store.runs.map((run) => run.id),
      ['r2', 'r1'],
    );
    assert.deepEqual(
      store.questions.map((item) => item.run),
      ['r2'],
    );
    assert.equal(store.current('/w/r1.runbook.yaml')?.id, 'r1');
  });

  it('fetches a run once more when it changed while being fetched', async () => {
    const runs = new Map([['r1', detail('r1', 1)]]);
    const { store, calls } = fakeEngine(runs);
    store.apply(event('r1'));
    store.apply(event('r1'));
    runs.set('r1', detail('r1', 2, 'completed'));
    store.apply(event('r1'));
    await settled();
    assert.ok(calls.length <= 2, `${calls.length} requests`);
    assert.equal(store.detail('r1')?.status, 'completed');
  });

  it('never goes back to an older view', () => {
    const { store } = fakeEngine(new Map());
    store.put(detail('r1', 5, 'completed'));
    store.put(detail('r1', 3, 'running'));
    assert.equal(store.detail('r1')?.status, 'completed');
  });

  it('drops a question when its run has gone on', () => {
    const { store } = fakeEngine(new Map());
    store.put(detail('r1', 1, 'waiting_approval', [question('r1')]));
    assert.equal(store.questions.length, 1);
    store.put(detail('r1', 2, 'completed', [{ ...question('r1'), status: 'approved' }]));
    assert.equal(store.questions.length, 0);
  });

  it('does not bring a run of long ago back into the editor by looking at it', async () => {
    const { store } = fakeEngine(new Map([['r1', detail('r1', 9, 'failed')]]));
    await store.reload();
    await settled();
    assert.equal((await store.load('r1')).status, 'failed');
    assert.equal(store.current('/w/r1.runbook.yaml'), undefined);
  });

  it('recalls the last run of a file that has the same text still, and no other', async () => {
    const { store } = fakeEngine(new Map([['r1', { ...detail('r1', 9, 'failed'), fileDigest: 'now' }]]));
    await store.reload();
    await store.recall('/w/r1.runbook.yaml', 'changed since');
    assert.equal(store.current('/w/r1.runbook.yaml'), undefined);
    await store.recall('/w/r1.runbook.yaml', 'now');
    assert.equal(store.current('/w/r1.runbook.yaml')?.id, 'r1');
  });

  it('recalls nothing where a run of this window is shown', async () => {
    const { store, calls } = fakeEngine(new Map([['r1', { ...detail('r1', 9, 'failed'), fileDigest: 'now' }]]));
    store.put({ ...detail('r2', 1), file: '/w/r1.runbook.yaml' });
    await store.recall('/w/r1.runbook.yaml', 'now');
    assert.equal(store.current('/w/r1.runbook.yaml')?.id, 'r2');
    assert.deepEqual(calls, []);
  });

  it('ignores output, and reports a run that cannot be read', async () => {
    const { store, calls, troubles } = fakeEngine(new Map());
    store.apply(event('r1', 'output'));
    await settled();
    assert.deepEqual(calls, []);
    store.apply(event('r1'));
    await settled();
    assert.equal(troubles.length, 1);
  });
});
