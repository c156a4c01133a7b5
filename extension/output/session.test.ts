import assert from 'node:assert/strict';
import type { FollowHandlers } from '../../client/follow.ts';
import type { RunDetail, RunEvent, RunStatus, StepView } from '../../protocol/run.ts';
import { followRun } from './session.ts';

const step = (id: string, status: StepView['status'], more: Partial<StepView> = {}): StepView => ({
  id,
  verb: 'run',
  line: 1,
  status,
  attempts: status === 'pending' ? 0 : 1,
  ...more,
});
const detail = (seq: number, status: RunStatus, steps: StepView[]): RunDetail => ({
  id: 'r1',
  seq,
  status,
  steps,
  runbook: 'Hello',
  file: '/w/a',
  createdAt: '2026-11-20T10:00:00Z',
  updatedAt: '',
  requestedBy: '',
  via: '',
  snapshot: '',
  fileDigest: '',
  inputs: {},
  approvals: [],
  errors: [],
  outputs: {},
});
const event = (seq: number, more: Partial<RunEvent>): RunEvent => ({ run: 'r1', seq, time: '', type: 'x', ...more });
const settled = async () => {
  for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve));
};

/** A fake engine: one run whose view and stored output are set by hand. */
function fake(start: RunDetail, stored: Record<string, string> = {}) {
  let handlers: FollowHandlers | undefined;
  const state = { now: start, stopped: false, text: '', troubles: [] as unknown[] };
  const engine = {
    show: async () => state.now,
    output: async (_run: string, id: string) => ({
      stdout: stored[id] ?? '',
      stderr: '',
      truncated: false,
      attempt: state.now.steps.find((step) => step.id === id)?.attempts ?? 0,
      offsets: { stdout: 0, stderr: 0 },
    }),
    follow: (_options: { run?: string; after?: number }, given: FollowHandlers) => {
      handlers = given;
      queueMicrotask(() => given.live?.());
      return () => {
        state.stopped = true;
      };
    },
  };
  const session = followRun(
    engine,
    'r1',
    (text) => (state.text += text),
    (error) => state.troubles.push(error),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are left out of the comparison.
  const plain = () => state.text.replace(/\u001b\[[0-9]*m/g, '').replaceAll('\r', '');
  return { state, plain, stored, session, send: (item: RunEvent) => handlers?.event(item), connection: () => handlers };
}

describe('a run as text', () => {
  it('writes a finished run from what is stored, and ends', async () => {
    const { state, plain } = fake(detail(9, 'completed', [step('a', 'succeeded', { durationMs: 1200, name: 'Say hello' })]), {
      a: 'hello\n',
    });
    await settled();
    assert.match(plain(), /▶ Say hello a\nhello\n✓ succeeded in 1\.2 s\n\nThe run completed\./);
    assert.equal(state.stopped, true);
  });

  it('joins a running step without writing what came twice', async () => {
    const { state, plain, send } = fake(detail(3, 'running', [step('a', 'running')]), { a: 'one\ntwo\n' });
    await settled();
    send(event(3, { type: 'output', step: 'a', attempt: 1, stream: 'stdout', text: 'two\nthree\n', offset: 4 }));
    send(event(3, { type: 'output', step: 'a', attempt: 1, stream: 'stdout', text: 'three\n', offset: 14 }));
    state.now = detail(5, 'completed', [step('a', 'succeeded', { durationMs: 5 })]);
    send(event(4, { type: 'step-succeeded', step: 'a', stepStatus: 'succeeded' }));
    send(event(5, { type: 'run-finished', status: 'completed' }));
    await settled();
    assert.match(plain(), /one\ntwo\nthree\nthree\n✓ succeeded/);
    assert.equal(plain().match(/The run completed/g)?.length, 1);
  });

  it('fills what was written while the connection was lost, of a step that ended meanwhile and of one that goes on', async () => {
    const { state, plain, stored, send, connection } = fake(detail(3, 'running', [step('a', 'running'), step('b', 'running')]), {
      a: 'one\n',
      b: 'eins\n',
    });
    await settled();
    connection()?.lost?.();
    stored.a = 'one\ntwo\n';
    stored.b = 'eins\nzwei\n';
    state.now = detail(4, 'running', [step('a', 'succeeded', { durationMs: 5 }), step('b', 'running')]);
    send(event(4, { type: 'step-succeeded', step: 'a', stepStatus: 'succeeded' }));
    connection()?.reconnected?.();
    await settled();
    assert.match(plain(), /one\n.*eins\n.*two\n✓ a: succeeded.*zwei\n/s);
    send(event(4, { type: 'output', step: 'b', attempt: 1, stream: 'stdout', text: 'zwei\ndrei\n', offset: 5 }));
    await settled();
    assert.equal(plain().match(/zwei/g)?.length, 1);
    assert.match(plain(), /zwei\ndrei\n/);
  });

  it('gives each attempt its heading and drops events it has seen', async () => {
    const { state, plain, send } = fake(detail(1, 'running', [step('a', 'pending')]));
    await settled();
    send(event(1, { type: 'old', step: 'a', stepStatus: 'running' }));
    state.now = detail(2, 'running', [step('a', 'running')]);
    send(event(2, { type: 'step-started', step: 'a', stepStatus: 'running', attempt: 1 }));
    await settled();
    state.now = detail(4, 'running', [step('a', 'running', { attempts: 2 })]);
    send(event(4, { type: 'step-started', step: 'a', stepStatus: 'running', attempt: 2 }));
    await settled();
    assert.equal(plain().match(/▶ a/g)?.length, 2);
    assert.match(plain(), /attempt 2/);
  });

  it('goes on below its end when the run was tried again', async () => {
    const { state, plain, stored, session, send } = fake(
      detail(5, 'failed', [step('a', 'succeeded', { durationMs: 5 }), step('b', 'failed'), step('c', 'skipped', { attempts: 0 })]),
      { a: 'one\n', b: 'no\n' },
    );
    await settled();
    assert.match(plain(), /The run failed/);
    session.reached(5);
    state.now = detail(9, 'completed', [
      step('a', 'succeeded', { durationMs: 5 }),
      step('b', 'succeeded', { durationMs: 5, attempts: 2 }),
      step('c', 'succeeded', { durationMs: 5 }),
    ]);
    stored.b = 'yes\n';
    stored.c = 'done\n';
    session.reached(9);
    session.reached(9);
    await settled();
    send(event(7, { type: 'step-succeeded', step: 'b', stepStatus: 'succeeded', attempt: 2 }));
    send(event(8, { type: 'step-succeeded', step: 'c', stepStatus: 'succeeded', attempt: 1 }));
    send(event(9, { type: 'run-finished', status: 'completed' }));
    await settled();
    assert.match(
      plain().split('The run failed')[1] ?? '',
      /The run goes on\.\n\n▶ b \(attempt 2\)\n.*✓ succeeded.*▶ c\n.*The run completed/s,
    );
    assert.equal(plain().match(/goes on/g)?.length, 1);
    assert.equal(plain().match(/▶ a/g)?.length, 1);
  });

  it('says that a paused run was edited, and what a step waits for that the locked store holds up', async () => {
    const { state, plain, send } = fake(detail(3, 'paused', [step('a', 'pending')]));
    await settled();
    send(event(4, { type: 'run-edited' }));
    const error = { code: 'secrets-locked', class: 'permission', message: 'It is locked.', remedy: 'Bring the key.' };
    state.now = detail(5, 'paused', [step('a', 'running', { attempts: 0, error })]);
    send(event(5, { type: 'step-held', step: 'a', stepStatus: 'running' }));
    await settled();
    assert.match(plain(), /The run has the edited runbook\.\n\n▶ a\n‖ waits: It is locked\.\n {2}Bring the key\.\n$/);
    assert.deepEqual(state.troubles, []);
  });

  it('tells when the engine does not know the run', async () => {
    const troubles: unknown[] = [];
    const engine = {
      show: async () => Promise.reject(new Error('gone')),
      output: async () => ({ stdout: '', stderr: '', truncated: false, attempt: 1, offsets: { stdout: 0, stderr: 0 } }),
      follow: () => () => {},
    };
    followRun(
      engine,
      'r1',
      () => {},
      (error) => troubles.push(error),
    );
    await settled();
    assert.equal(troubles.length, 1);
  });
});
