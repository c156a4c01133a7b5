import assert from 'node:assert/strict';
import type { Model } from '../../copilot/providers/model.ts';
import { openAiModel } from '../../copilot/providers/openai.ts';
import { exitError, fakeDocuments, fakeRuns, open, run, step } from '../../copilot/testing/runs.ts';
import { isToChat, type ToChat, type Turn } from '../../protocol/chat.ts';
import { type FakeModel, startFakeModel } from '../../test/support/fake-model.ts';
import type { ApplyPorts } from './apply.ts';
import { ChatSession, type StoredSession } from './session.ts';

const text = 'runbook: v1\nname: Nightly report\nsteps:\n  - { id: work, run: report-summary }\n';
const failed = run({ steps: [step({ exitCode: 127, error: exitError(127) })] });
const older = run({ id: 'r0', createdAt: '2026-11-01T10:00:00.000Z' });

function begin(options: { model?: Model; stored?: unknown; failing?: Error; apply?: ApplyPorts } = {}) {
  const posted: ToChat[] = [];
  let stored = options.stored;
  let ids = 0;
  const session = new ChatSession({
    load: () => stored,
    save: (value) => {
      stored = JSON.parse(JSON.stringify(value));
    },
    sources: (chosen) => ({
      documents: fakeDocuments(open(text)),
      runs: fakeRuns([failed, older], { 'r1/work': { stderr: 'x: report-summary: command not found' } }),
      ...(chosen === undefined ? {} : { run: chosen }),
    }),
    model: async () => {
      if (options.failing) throw options.failing;
      return options.model;
    },
    provider: async () =>
      options.model === undefined
        ? { kind: 'offline', label: 'Offline rules', hasKey: false }
        : { kind: 'openai', label: options.model.name, hasKey: false },
    // What goes to the page is what JSON keeps of it, and always in the protocol.
    post: (message) => {
      const sent: unknown = JSON.parse(JSON.stringify(message));
      assert.ok(isToChat(sent), JSON.stringify(sent).slice(0, 300));
      posted.push(sent);
    },
    newId: () => `t${++ids}`,
    ...(options.apply === undefined ? {} : { apply: options.apply }),
  });
  const forget = () => {
    stored = undefined;
  };
  return { session, posted, forget, stored: () => stored as StoredSession, last: (): Turn | undefined => session.turns.at(-1) };
}

describe('a conversation', () => {
  let server: FakeModel;
  before(async () => {
    server = await startFakeModel([]);
  });
  after(() => server.close());
  const model = () => openAiModel({ baseUrl: server.baseUrl, model: 'fake', sleep: async () => undefined });

  it('shows, answers, and keeps a question with the context that was sent for it', async () => {
    server.script([{ when: /why/i, reply: { kind: 'answer', text: 'The program is missing.' } }]);
    const { session, posted, last, stored } = begin({ model: model() });
    await session.ask('Why did this fail?');
    assert.equal(last()?.state, 'done');
    assert.equal(last()?.answer, 'The program is missing.');
    assert.equal(last()?.diagnosis?.step, 'work');
    const chips = last()?.context ?? [];
    assert.equal(chips.length, 4);
    const sent = server.requests[0]?.body.messages[0]?.content ?? '';
    assert.ok(sent.endsWith(chips.map((chip) => chip.text).join('\n\n')), 'what is shown is what was sent');
    assert.ok(posted.filter((message) => message.kind === 'token').length > 2);
    assert.equal(stored().turns[0]?.answer, 'The program is missing.');
  });

  it('sends nothing to a model before a question is asked', async () => {
    server.script([]);
    const { session, posted } = begin({ model: model() });
    await session.show();
    await session.useRun('r0');
    assert.equal(server.requests.length, 0);
    const upcoming = posted.findLast((message) => message.kind === 'upcoming');
    assert.deepEqual(upcoming?.kind === 'upcoming' && upcoming.upcoming.run, { id: 'r0', status: 'failed', chosen: true });
  });

  it('goes back to the last run that failed when the chosen one is forgotten', async () => {
    const { session } = begin();
    await session.useRun('r0');
    await session.useRun(undefined);
    assert.equal((await session.upcoming()).run?.id, 'r1');
  });

  it('survives a reload, and calls an answer that was cut off by it stopped', async () => {
    const first = begin();
    await first.session.ask('Why did this fail?');
    const stored = first.stored();
    const second = begin({ stored: { ...stored, turns: stored.turns.map((turn) => ({ ...turn, state: 'answering' })) } });
    assert.equal(second.last()?.question, 'Why did this fail?');
    assert.equal(second.last()?.state, 'stopped');
  });

  it('begins anew when what was stored is not a conversation', () => {
    for (const stored of [undefined, null, 5, 'x', { turns: [{ id: 1 }] }, { turns: {} }])
      assert.deepEqual(begin({ stored }).session.turns, []);
  });

  it('keeps the context of the newest turns only', async () => {
    const { session, stored } = begin();
    for (let index = 0; index < 10; index++) await session.ask('Why did this fail?');
    assert.equal(stored().turns[0]?.context[0]?.text, '');
    assert.notEqual(stored().turns.at(-1)?.context[0]?.text, '');
  });

  it('stops an answer and keeps what had come', async () => {
    let going = () => {};
    const begun = new Promise<void>((resolve) => {
      going = resolve;
    });
    const endless: Model = {
      name: 'endless',
      budget: 100_000,
      async *stream(_messages, _tools, signal) {
        yield { kind: 'text', text: 'half' };
        going();
        await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    };
    const { session, last } = begin({ model: endless });
    const asked = session.ask('Why?');
    await begun;
    await session.stop();
    await asked;
    assert.equal(last()?.state, 'stopped');
    assert.equal(last()?.answer, 'half');
    assert.equal(last()?.trouble, undefined);
  });

  it('keeps half an answer, says why, and answers on retry', async () => {
    server.script([{ times: 1, reply: { kind: 'cut', text: 'half of it ' } }, { reply: { kind: 'answer', text: 'all of it' } }]);
    const { session, last } = begin({ model: model() });
    await session.ask('Why?');
    assert.equal(last()?.state, 'partial');
    assert.match(last()?.answer ?? '', /^half/);
    assert.equal(last()?.trouble?.code, 'model-failed');
    await session.retry(last()?.id ?? '');
    assert.equal(session.turns.length, 1);
    assert.equal(last()?.answer, 'all of it');
    assert.equal(last()?.trouble, undefined);
  });

  it('says what is waited for when the server asks to slow down', async () => {
    server.script([
      { times: 1, reply: { kind: 'error', status: 429, message: 'slow', retryAfter: '2' } },
      { reply: { kind: 'answer', text: 'ok' } },
    ]);
    const { session, posted } = begin({ model: model() });
    await session.ask('Why?');
    assert.match(JSON.stringify(posted.find((message) => message.kind === 'status')), /trying again in 2 s/);
  });

  it('gives earlier answers along, and none that failed', async () => {
    server.script([
      { when: /first/, reply: { kind: 'answer', text: 'one' } },
      { when: /second/, reply: { kind: 'error', status: 400, message: 'no' } },
      { reply: { kind: 'answer', text: 'three' } },
    ]);
    const { session } = begin({ model: model() });
    await session.ask('What is first?');
    await session.ask('What is second?');
    await session.ask('What is third?');
    assert.deepEqual(
      server.requests
        .at(-1)
        ?.body.messages.slice(1)
        .map(({ content }) => content),
      ['What is first?', 'one', 'What is third?'],
    );
  });

  it('ends a turn whatever goes wrong', async () => {
    const { session, last } = begin({ failing: new Error('The keyring is locked') });
    await session.ask('Why?');
    assert.equal(last()?.state, 'failed');
    assert.equal(last()?.trouble?.message, 'The keyring is locked.');
  });

  it('answers one question at a time: a new one ends the one before it', async () => {
    server.script([{ when: /first/, reply: { kind: 'silent' } }, { reply: { kind: 'answer', text: 'second' } }]);
    const { session } = begin({ model: model() });
    const first = session.ask('What is first?');
    await session.ask('What is next?');
    await first;
    assert.deepEqual(
      session.turns.map(({ state }) => state),
      ['stopped', 'done'],
    );
  });

  it('forgets everything in a new chat', async () => {
    const { session, stored, forget } = begin();
    await session.ask('Why did this fail?');
    await session.switchTo(() => forget());
    assert.deepEqual(session.turns, []);
    await session.ask('Why did this fail?');
    assert.equal(stored().turns.length, 1);
  });

  it('asks again in other words, and forgets what came after', async () => {
    const { session, stored } = begin();
    for (const question of ['What is one?', 'What is two?', 'What is three?']) await session.ask(question);
    await session.resend('t2', 'What is zwei?');
    await session.resend('t2', 'It is gone');
    assert.deepEqual(
      session.turns.map(({ question }) => question),
      ['What is one?', 'What is zwei?'],
    );
    assert.equal(stored().turns.length, 2);
  });

  describe('with a proposed edit', () => {
    const request = 'Add a timeout of 5 minutes to the step work';
    const editor = () => {
      const edits: string[] = [];
      const apply: ApplyPorts = {
        read: async () => text,
        check: async () => [],
        edit: async (_file, _from, made) => {
          edits.push(JSON.stringify(made));
          return true;
        },
        create: async () => false,
        open: async () => undefined,
      };
      return { apply, edits };
    };

    it('shows both texts, applies it once however often it is asked to, and not at all before', async () => {
      const { apply, edits } = editor();
      const { session, last } = begin({ apply });
      await session.ask(request);
      const view = last()?.proposals?.[0];
      assert.equal(view?.before, text);
      assert.match(view?.after ?? '', /timeout: 5m/);
      assert.deepEqual(edits, []);
      await Promise.all([session.apply('t1', 0), session.apply('t1', 0)]);
      await session.apply('t1', 0);
      await session.apply('t1', 1);
      await session.apply('nowhere', 0);
      assert.equal(edits.length, 1);
      assert.equal(last()?.proposals?.[0]?.state, 'applied');
    });

    it('applies it after a reload too, unless it was discarded', async () => {
      const first = begin(editor());
      await first.session.ask(request);
      const again = editor();
      const second = begin({ apply: again.apply, stored: first.stored() });
      await second.session.apply('t1', 0);
      assert.equal(again.edits.length, 1);
      const third = begin({ apply: again.apply, stored: first.stored() });
      third.session.discard('t1', 0);
      await third.session.apply('t1', 0);
      assert.equal(again.edits.length, 1);
      assert.equal(third.last()?.proposals?.[0]?.state, 'discarded');
    });

    it('takes over what another chat came to, and applies it here', async () => {
      const first = begin(editor());
      await first.session.ask(request);
      const proposals = first.stored().proposals?.t1;
      const { apply, edits } = editor();
      const { session, last } = begin({ apply });
      await session.receive({ question: 'Fix it', model: 'other', proposals });
      assert.equal(last()?.question, 'Fix it');
      assert.deepEqual(edits, []);
      await session.apply('t1', 0);
      assert.equal(edits.length, 1);
    });

    it('keeps the texts of the newest turns only, and calls an older one stale', async () => {
      const { session, stored } = begin(editor());
      await session.ask(request);
      for (let index = 0; index < 10; index++) await session.ask('Why did this fail?');
      assert.equal(stored().turns[0]?.proposals?.[0]?.state, 'stale');
      assert.equal(stored().turns[0]?.proposals?.[0]?.after, '');
      assert.equal(stored().proposals, undefined);
    });
  });

  it('offers to run, and runs nothing, when it is told to', async () => {
    const { session, last } = begin();
    await session.ask('Run it');
    assert.equal(last()?.offerRun, true);
  });
});
