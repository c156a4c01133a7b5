import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { RunEvent } from '../../protocol/run.ts';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Runbook, Step } from '../../runbook/core/model.ts';
import { Journal } from './journal/journal.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { assistant, eventOf, fakeSecrets, harness, person, succeeded } from './support/harness.ts';

const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;

function scene(runbook: Runbook, options: { trusted?: boolean; secrets?: ReturnType<typeof fakeSecrets> } = {}) {
  const dir = temporaryFolder();
  const file = join(dir.folder, 'a.runbook.yaml');
  writeFileSync(file, 'runbook: v1\n');
  let journal = new Journal(dir.folder);
  return {
    file,
    folder: dir.folder,
    get journal() {
      return journal;
    },
    open: () => harness({ folder: dir.folder, journal, runbook, ...options }),
    /** As after SIGKILL: the old runtime is simply not heard of again. */
    reopen() {
      journal.close();
      journal = new Journal(dir.folder);
      return harness({ folder: dir.folder, journal, runbook, ...options });
    },
    [Symbol.dispose]() {
      journal.close();
      dir[Symbol.dispose]();
    },
  };
}

describe('local runtime', () => {
  it('runs step after step, each attempt in the journal before the connector hears of it', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a'), scriptStep('two', 'b')]));
    const { runtime, connector } = it.open();
    const { id } = await runtime.start({ file: it.file, via: 'cli' }, person);
    await connector.reached(1);
    assert.ok(it.journal.read(id).some(({ event }) => event.kind === 'step-started' && event.path === 'one'));
    assert.ok(existsSync(connector.attempts[0]?.attempt.folder ?? ''));
    connector.attempts[0]?.end(succeeded({ word: 'x' }));
    await connector.reached(2);
    connector.attempts[1]?.end(succeeded());
    await eventOf(runtime, id, 'run-finished');
    const shown = await runtime.show(id);
    assert.equal(shown.status, 'completed');
    assert.deepEqual(
      shown.steps.map(({ status, outputs }) => [status, outputs?.word]),
      [
        ['succeeded', 'x'],
        ['succeeded', undefined],
      ],
    );
    await new Promise(setImmediate);
    assert.equal(runtime.active, false);
  });

  it('writes no proxy password, and gives it to the steps of this process', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a')]));
    const { runtime, connector } = it.open();
    const { id } = await runtime.start({ file: it.file }, person);
    await connector.reached(1);
    assert.equal(connector.attempts[0]?.attempt.environment.HTTPS_PROXY, 'http://user:password@proxy');
    assert.deepEqual(it.journal.environment(id), { PATH: '/bin' });
  });

  it('goes on after a restart: a lost attempt is asked about, never run again unasked', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a'), scriptStep('two', 'b')]));
    const before = it.open();
    const { id } = await before.runtime.start({ file: it.file }, person);
    await before.connector.reached(1);
    const { runtime, connector } = it.reopen();
    await runtime.recover();
    await connector.reached(1);
    assert.equal(connector.attempts[0]?.how, 'recover');
    connector.attempts[0]?.end(undefined);
    await eventOf(runtime, id, 'step-unknown');
    assert.equal((await runtime.show(id)).status, 'paused');
    const [question] = await runtime.approvals();
    assert.equal(question?.kind, 'unknown-outcome');
    assert.equal(connector.attempts.length, 1);
    await assert.rejects(runtime.answer(id, { step: 'one', answer: 'repeat' }, assistant), isProblem('scope-missing'));
    await runtime.answer(id, { step: 'one', answer: 'succeeded' }, person);
    await connector.reached(2);
    assert.deepEqual([connector.attempts[1]?.attempt.path, connector.attempts[1]?.how], ['two', 'run']);
  });

  it('adopts an attempt whose outcome can be learned', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a')]));
    const before = it.open();
    const { id } = await before.runtime.start({ file: it.file }, person);
    await before.connector.reached(1);
    const { runtime, connector } = it.reopen();
    await runtime.recover();
    await connector.reached(1);
    connector.attempts[0]?.end(succeeded());
    await eventOf(runtime, id, 'run-finished');
    assert.equal((await runtime.show(id)).status, 'completed');
  });

  it('runs an attempt that is in the journal and certainly never began', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a')]));
    const before = it.open();
    await before.runtime.start({ file: it.file }, person);
    await before.connector.reached(1);
    rmSync(join(it.folder, 'runs'), { recursive: true });
    const { runtime, connector } = it.reopen();
    await runtime.recover();
    await connector.reached(1);
    assert.equal(connector.attempts[0]?.how, 'run');
  });

  it('lets others have their turn while a loop waits for nothing, and goes on with it after a restart', async () => {
    const look: Step = {
      path: 'spin[]/look',
      id: 'look',
      line: 1,
      verb: { kind: 'set', values: { at: 1 } },
      env: {},
      onError: 'stop',
      outputs: {},
    };
    const spin: Step = { ...look, path: 'spin', id: 'spin', verb: { kind: 'repeat', until: 'false', steps: [look], max: 4000 } };
    using it = scene(runbookOf([spin]));
    const before = it.open();
    const { id, status } = await before.runtime.start({ file: it.file }, person);
    assert.equal(status, 'running');
    const { runtime } = it.reopen();
    await runtime.recover();
    await eventOf(runtime, id, 'run-finished');
    const { status: end, errors } = await runtime.show(id);
    assert.deepEqual([end, errors[0]?.code], ['failed', 'repeat-exhausted']);
  });

  it('approves only the digest that was shown, by somebody who may, also after a restart', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a', { approve: {} })]));
    const before = it.open();
    const { id, approvals } = await before.runtime.start({ file: it.file }, person);
    const digest = approvals[0]?.digest ?? '';
    const { runtime, connector } = it.reopen();
    await runtime.recover();
    assert.deepEqual(
      (await runtime.approvals()).map((approval) => approval.digest),
      [digest],
    );
    await assert.rejects(runtime.approve(id, { step: 'one', digest }, assistant), isProblem('scope-missing'));
    await assert.rejects(runtime.approve(id, { step: 'one', digest: 'f'.repeat(64) }, person), isProblem('approval-stale'));
    assert.equal(connector.attempts.length, 0);
    await runtime.approve(id, { step: 'one', digest, via: 'cli', note: 'fine' }, person);
    await connector.reached(1);
    await assert.rejects(runtime.approve('r-none', { step: 'one', digest }, person), isProblem('run-unknown'));
  });

  it('asks about every step of a run that a caller without the right to approve asked for', async () => {
    using it = scene(runbookOf([scriptStep('one', 'echo harmless')]));
    const { runtime, connector } = it.open();
    const { status } = await runtime.start({ file: it.file }, assistant);
    assert.equal(status, 'waiting_approval');
    assert.equal(connector.attempts.length, 0);
  });

  it('takes no environment and no way in of a person from a caller without the right to approve', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a')]));
    const { runtime } = it.open();
    await assert.rejects(runtime.start({ file: it.file, env: { PATH: '/tmp/evil' } }, assistant), isProblem('scope-missing'));
    for (const via of ['vscode', 'cli'] as const)
      await assert.rejects(runtime.start({ file: it.file, via }, assistant), isProblem('scope-missing'));
    assert.deepEqual(await runtime.list({}), []);
    const run = await runtime.start({ file: it.file, via: 'chat' }, assistant);
    assert.deepEqual([run.requestedBy, run.via], ['copilot', 'chat']);
    await assert.rejects(runtime.cancel(run.id, 'vscode', assistant), isProblem('scope-missing'));
  });

  it('starts nothing in an untrusted folder unless a person vouches', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a')]), { trusted: false });
    const { runtime } = it.open();
    await assert.rejects(runtime.start({ file: it.file }, person), isProblem('folder-untrusted'));
    await assert.rejects(runtime.start({ file: it.file, trustOnce: true }, assistant), isProblem('scope-missing'));
    assert.deepEqual(await runtime.list({}), []);
    assert.equal((await runtime.start({ file: it.file, trustOnce: true }, person)).status, 'running');
  });

  it('fails a step whose secret is gone or another one by now, before anything runs', async () => {
    const secrets = fakeSecrets({ KEY: { value: 'first-value', version: 1 } });
    const runbook = runbookOf([scriptStep('ask', 'x', { approve: {} }), scriptStep('one', 'a', { env: { KEY: '${{ secrets.KEY }}' } })], {
      secrets: ['KEY'],
    });
    using it = scene(runbook, { secrets });
    for (const [change, code] of [
      [{ value: 'second-value', version: 2 }, 'secret-changed'],
      [undefined, 'secret-missing'],
    ] as const) {
      secrets.values.KEY = { value: 'first-value', version: 1 };
      const { runtime, connector } = it.open();
      const { id, approvals } = await runtime.start({ file: it.file }, person);
      if (change) secrets.values.KEY = change;
      else delete secrets.values.KEY;
      await runtime.approve(id, { step: 'ask', digest: approvals[0]?.digest ?? '' }, person);
      await connector.reached(1);
      connector.attempts[0]?.end(succeeded());
      await eventOf(runtime, id, 'run-finished');
      assert.equal((await runtime.show(id)).steps[1]?.error?.code, code);
      assert.equal(connector.attempts.length, 1);
    }
  });

  it('puts secrets in place for the connector, and writes them nowhere', async () => {
    const secrets = fakeSecrets({ KEY: { value: 'top-secret-value', version: 1 } });
    using it = scene(
      runbookOf([scriptStep('one', 'a', { env: { KEY: 'Bearer ${{ secrets.KEY }}' }, approve: {} })], { secrets: ['KEY'] }),
      { secrets },
    );
    const { runtime, connector } = it.open();
    const { id, approvals } = await runtime.start({ file: it.file }, person);
    assert.equal(approvals[0]?.request.env.KEY, 'Bearer ***KEY***');
    await runtime.approve(id, { step: 'one', digest: approvals[0]?.digest ?? '' }, person);
    await connector.reached(1);
    const { request, secrets: known } = connector.attempts[0]?.attempt ?? {};
    assert.equal(request?.kind === 'script' && request.env.KEY, 'Bearer top-secret-value');
    assert.deepEqual(known, ['top-secret-value']);
    assert.doesNotMatch(JSON.stringify([it.journal.read(id), await runtime.show(id)]), /top-secret/);
  });

  it('loses no outcome to a full disk: it is offered until the journal takes it', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a'), scriptStep('two', 'b')]));
    const { runtime, connector, logged } = it.open();
    const { id } = await runtime.start({ file: it.file }, person);
    await connector.reached(1);
    const { journal } = it;
    const append = journal.append.bind(journal);
    const { promise: refused, resolve } = Promise.withResolvers<void>();
    journal.append = (run, seq, events) => {
      journal.append = append;
      journal.db.exec('PRAGMA query_only = ON');
      return append(run, seq, events).finally(() => {
        journal.db.exec('PRAGMA query_only = OFF');
        resolve();
      });
    };
    connector.attempts[0]?.end(succeeded({ word: 'kept' }));
    await refused;
    await connector.reached(2);
    assert.equal((await runtime.show(id)).steps[0]?.outputs?.word, 'kept');
    assert.equal(connector.attempts.filter(({ attempt }) => attempt.path === 'one').length, 1);
    assert.match(logged.join(), /was not taken/);
  });

  it('tells a caller that the disk did not take it, and the run stands where it stood', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a', { approve: {} })]));
    const { runtime, connector } = it.open();
    const { id, approvals } = await runtime.start({ file: it.file }, person);
    const decision = { step: 'one', digest: approvals[0]?.digest ?? '' };
    it.journal.db.exec('PRAGMA query_only = ON');
    await assert.rejects(runtime.approve(id, decision, person), isProblem('state-folder'));
    await assert.rejects(runtime.start({ file: it.file }, person), isProblem('state-folder'));
    it.journal.db.exec('PRAGMA query_only = OFF');
    assert.equal((await runtime.show(id)).status, 'waiting_approval');
    assert.equal(connector.attempts.length, 0);
    await runtime.approve(id, decision, person);
    await connector.reached(1);
  });

  it('cancels what runs, once, and takes commands of a run in order', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a')]));
    const { runtime, connector } = it.open();
    const { id } = await runtime.start({ file: it.file }, person);
    await connector.reached(1);
    await Promise.all([runtime.cancel(id, 'cli', person), runtime.cancel(id, 'cli', person)]);
    assert.ok(connector.attempts[0]?.attempt.signal.aborted);
    connector.attempts[0]?.end({ kind: 'cancelled' });
    await eventOf(runtime, id, 'run-finished');
    assert.equal((await runtime.show(id)).status, 'cancelled');
    assert.equal(it.journal.read(id).filter(({ event }) => event.kind === 'cancel-requested').length, 1);
  });

  it('runs one step alone with outputs given, else of the last run, else says what it needs', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a'), scriptStep('two', 'b', { env: { W: '${{ steps.one.outputs.word }}' } })]));
    const { runtime, connector } = it.open();
    const needs = await runtime.start({ file: it.file, step: 'two' }, person).catch((error: unknown) => error);
    assert.ok(needs instanceof ProblemError);
    assert.deepEqual([needs.problem.code, needs.problem.data], ['step-needs', { needs: [{ step: 'one', output: 'word' }] }]);
    await runtime.start({ file: it.file, step: 'two', given: { one: { word: 'given' } } }, person);
    await connector.reached(1);
    await runtime.start({ file: it.file, step: 'one' }, person);
    await connector.reached(2);
    connector.attempts[1]?.end(succeeded({ word: 'earlier' }));
    for (;;) {
      const known = await runtime.start({ file: it.file, step: 'two' }, person).catch(() => undefined);
      if (known) break;
    }
    await connector.reached(3);
    const words = [0, 2]
      .map((index) => connector.attempts[index]?.attempt.request)
      .map((request) => request?.kind === 'script' && request.env.W);
    assert.deepEqual(words, ['given', 'earlier']);
    await assert.rejects(runtime.start({ file: it.file, step: 'three' }, person), isProblem('step-unknown'));
  });

  it('streams output between journal events, and keeps its end', async () => {
    using it = scene(runbookOf([{ ...scriptStep('one', 'a') }]));
    const { runtime, connector } = it.open();
    const events: RunEvent[] = [];
    const { id } = await runtime.start({ file: it.file }, person);
    const { promise: live, resolve } = Promise.withResolvers<void>();
    runtime.follow({ run: id, after: 0 }, { event: (event) => events.push(event), live: resolve });
    await live;
    await connector.reached(1);
    connector.attempts[0]?.attempt.output('stdout', 'line\n');
    connector.attempts[0]?.end(succeeded());
    await eventOf(runtime, id, 'run-finished');
    assert.deepEqual(
      events.map(({ seq, type }) => [seq, type]),
      [
        [1, 'run-started'],
        [2, 'phase-entered'],
        [3, 'step-started'],
        [3, 'output'],
        [4, 'step-succeeded'],
        [5, 'run-finished'],
      ],
    );
    await assert.rejects(runtime.output(id, 'nine'), isProblem('step-unknown'));
  });

  it('takes nothing new once it stops', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a')]));
    const { runtime, connector } = it.open();
    await runtime.start({ file: it.file }, person);
    await connector.reached(1);
    await runtime.stop();
    await assert.rejects(runtime.start({ file: it.file }, person), isProblem('engine-stopping'));
  });

  it('leaves a damaged run alone and goes on with the others', async () => {
    using it = scene(runbookOf([scriptStep('one', 'a')]));
    const before = it.open();
    const damaged = await before.runtime.start({ file: it.file }, person);
    await before.runtime.start({ file: it.file }, person);
    await before.connector.reached(2);
    it.journal.db
      .prepare("UPDATE events SET payload = replace(payload, 'bash', 'dash') WHERE run = ? AND kind = 'step-started'")
      .run(damaged.id);
    const { runtime, connector, logged } = it.reopen();
    await runtime.recover();
    await connector.reached(1);
    assert.notEqual(connector.attempts[0]?.attempt.run, damaged.id);
    assert.match(logged.join(), new RegExp(damaged.id));
    await assert.rejects(runtime.cancel(damaged.id, 'cli', person), isProblem('journal-damaged'));
  });
});
