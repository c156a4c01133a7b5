import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { run, step } from '../../copilot/testing/runs.ts';
import { builtInLanguage } from '../../copilot/tools/language.ts';
import { isToChat, type Turn } from '../../protocol/chat.ts';
import type { RunDetail } from '../../protocol/run.ts';
import type { ExecutionPorts } from './execution.ts';
import { ChatSession, type SessionPorts } from './session.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A folder of files in memory, and an engine whose runs end when they are told to. */
function begin(options: { stored?: unknown; execution?: Partial<ExecutionPorts>; earlier?: SessionPorts['earlier'] } = {}) {
  const files = new Map<string, string>();
  const runs = new Map<string, RunDetail>();
  const listeners = new Set<() => void>();
  const approved: string[] = [];
  let stored = options.stored;
  let ids = 0;
  const execution: ExecutionPorts = {
    up: '../../',
    write: async (name, text) => {
      files.set(`/w/${name}`, text);
      return `/w/${name}`;
    },
    read: async (file) => files.get(file) ?? Promise.reject(new Error('ENOENT')),
    request: async (file) => {
      const id = `r${runs.size + 1}`;
      const detail = run({
        id,
        status: 'waiting_approval',
        finishedAt: undefined,
        fileDigest: sha256(files.get(file) ?? ''),
        approvals: [],
        steps: [step({ id: 'block-ip', status: 'waiting_approval', error: undefined })],
      });
      runs.set(id, detail);
      return detail;
    },
    show: async (id) => runs.get(id) ?? assert.fail(`no run ${id}`),
    approve: async ({ digest }) => approved.push(digest) > 0,
    onRunsChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...options.execution,
  };
  const session = new ChatSession({
    load: () => stored,
    save: (value) => {
      stored = JSON.parse(JSON.stringify(value));
    },
    sources: () => ({}),
    model: async () => undefined,
    provider: async () => ({ kind: 'offline', label: 'Offline rules', hasKey: false }),
    post: (message) => assert.ok(isToChat(JSON.parse(JSON.stringify(message)))),
    newId: () => `turn-${++ids}-long-id`,
    acting: { catalog: () => builtInLanguage.actions() },
    execution,
    ...(options.earlier === undefined ? {} : { earlier: options.earlier }),
  });
  const end = (status: RunDetail['status']) => {
    for (const [id, detail] of runs) runs.set(id, { ...detail, status, finishedAt: detail.updatedAt });
    for (const listener of [...listeners]) listener();
  };
  return {
    session,
    files,
    runs,
    approved,
    end,
    stored: () => JSON.parse(JSON.stringify(stored)),
    last: (): Turn | undefined => session.turns.at(-1),
  };
}

/** A card that is ready to be pressed. */
async function card(options: Parameters<typeof begin>[0] = {}) {
  const it = begin(options);
  await it.session.ask('Block 192.0.2.7 for 1 hour');
  assert.equal(it.last()?.plan?.state, 'ready');
  return { ...it, id: it.last()?.id ?? '' };
}
/** The same run, with the question that the card would answer. */
const asking = (detail: RunDetail): RunDetail => ({
  ...detail,
  approvals: [
    {
      run: detail.id,
      runbook: 'x',
      file: '/w/x',
      step: 'block-ip',
      line: 5,
      kind: 'approval',
      status: 'pending',
      digest: 'd1',
      message: 'Run?',
      risk: 'medium',
      reason: 'policy',
      request: { kind: 'action', action: 'security/block_ip', with: { ip: '192.0.2.7', duration: 3600 }, env: {}, target: 'local' },
      requestedAt: detail.createdAt,
    },
  ],
});
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

describe('a card of actions', () => {
  it('shows every input as it will be given', async () => {
    const { last } = await card();
    assert.deepEqual(last()?.plan?.actions[0]?.inputs, [
      { name: 'ip', value: '192.0.2.7' },
      { name: 'duration', value: '3600' },
    ]);
  });

  it('shows paths as the runbook has them', async () => {
    const { session, last } = begin();
    await session.ask('Import access.csv');
    assert.ok(
      last()?.plan?.actions[0]?.inputs.some(({ value }) => value === '../../access.csv'),
      JSON.stringify(last()?.plan),
    );
  });

  it('starts one run, however often the button is pressed', async () => {
    const { session, id, runs, end } = await card();
    const pressed = [session.execute(id), session.execute(id), session.execute(id)];
    await until(() => session.turn(id)?.execution !== undefined);
    await session.execute(id);
    end('completed');
    await Promise.all(pressed);
    assert.equal(runs.size, 1);
    await session.execute(id);
    assert.equal(runs.size, 1);
  });

  it('starts nothing when it is cancelled while the button works', async () => {
    const { session, id, runs } = await card();
    const pressed = session.execute(id);
    session.cancelPlan(id);
    await pressed;
    assert.equal(runs.size, 0);
    assert.equal(session.turn(id)?.plan?.state, 'cancelled');
  });

  it('starts nothing for turns that are unknown, still ask, or are over', async () => {
    const { session, runs, last } = begin();
    await session.ask('Block 192.0.2.7');
    assert.equal(last()?.plan?.state, 'asking');
    for (const turn of [last()?.id ?? '', 'nope', '__proto__', 'constructor']) await session.execute(turn);
    session.cancelPlan(last()?.id ?? '');
    await session.execute(last()?.id ?? '');
    assert.equal(runs.size, 0);
  });

  it('starts nothing when the runbook was edited or is gone', async () => {
    const { session, id, files, runs } = await card();
    const [[file = '', text = ''] = []] = files;
    files.set(file, `${text}# more\n`);
    await assert.rejects(session.execute(id), /was edited since/);
    files.delete(file);
    await assert.rejects(session.execute(id), /cannot be read any more/);
    assert.equal(runs.size, 0);
    files.set(file, text);
    assert.equal(session.turn(id)?.plan?.state, 'ready');
  });

  it('starts nothing when what was stored shows one thing and runs another', async () => {
    const { stored, files } = await card();
    const id = stored().turns[0].id;
    const [[file = '', text = ''] = []] = files;
    for (const tamper of [
      (state: ReturnType<typeof stored>) => {
        state.turns[0].plan.actions[0].summary = 'Look up 192.0.2.7';
      },
      (state: ReturnType<typeof stored>) => {
        state.turns[0].plan.actions[0].inputs[0].value = '192.0.2.8';
      },
      (state: ReturnType<typeof stored>) => {
        state.plans[id].plan.actions[0].with.ip = '192.0.2.8';
      },
      (state: ReturnType<typeof stored>) => {
        state.plans[id].text = `${text}  - { id: more, run: id }\n`;
      },
    ]) {
      const state = stored();
      tamper(state);
      const again = begin({ stored: state });
      again.files.set(file, state.plans[id].text);
      await assert.rejects(again.session.execute(id), /does not show what its runbook would do/);
      assert.equal(again.runs.size, 0);
    }
    const honest = begin({ stored: stored() });
    honest.files.set(file, text);
    const pressed = honest.session.execute(id);
    await until(() => honest.runs.size === 1);
    honest.end('completed');
    await pressed;
  });

  it('answers for the person who pressed, once', async () => {
    const { session, id, runs, approved, end } = await card();
    const pressed = session.execute(id);
    await until(() => session.turn(id)?.execution !== undefined);
    for (const [run, detail] of runs) runs.set(run, asking(detail));
    end('waiting_approval');
    await until(() => approved.length > 0);
    end('completed');
    await pressed;
    assert.deepEqual(approved, ['d1']);
  });

  it('answers nothing more once its turn is gone from the conversation', async () => {
    const { session, id, runs, approved, end } = await card();
    const pressed = session.execute(id);
    await until(() => session.turn(id)?.execution !== undefined);
    await session.retry(id);
    for (const [run, detail] of runs) runs.set(run, asking(detail));
    end('waiting_approval');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(approved, []);
    end('completed');
    await pressed;
  });

  it('can be pressed again when the run could not be asked for', async () => {
    let tries = 0;
    const failing = { request: async (): Promise<RunDetail> => Promise.reject(new Error(`no engine, try ${++tries}`)) };
    const { session, id } = await card({ execution: failing });
    await session.execute(id);
    assert.equal(session.turn(id)?.plan?.state, 'ready');
    assert.match(session.turn(id)?.trouble?.message ?? '', /no engine, try 1/);
    await session.execute(id);
    assert.match(session.turn(id)?.trouble?.message ?? '', /try 2/);
  });

  it('is shown without an engine that knows earlier runs', async () => {
    const { last } = await card({ earlier: () => Promise.reject(new Error('no engine')) });
    assert.equal(last()?.plan?.estimate.runs, 0);
  });

  it('says why, where no runbook can be written', async () => {
    const { session, last } = begin({ execution: { write: () => Promise.reject(new Error('No folder is open')) } });
    await session.ask('Block 192.0.2.7 for 1 hour');
    assert.deepEqual([last()?.state, last()?.trouble?.message], ['failed', 'No folder is open.']);
    assert.equal(last()?.plan, undefined);
  });

  it('answers nothing after a reload, and follows the run to its end', async () => {
    const first = await card();
    const pressed = first.session.execute(first.id);
    await until(() => first.session.turn(first.id)?.execution !== undefined);
    const state = first.stored();
    state.turns[0].execution = first.last()?.execution;
    const waiting = [...first.runs.values()].map(asking);
    const show = { show: async () => waiting[0] ?? assert.fail() };
    const second = begin({ stored: state, execution: show });
    await until(() => second.session.turn(first.id)?.execution?.waits !== undefined);
    assert.deepEqual(second.approved, []);
    first.end('completed');
    await pressed;
  });
});
