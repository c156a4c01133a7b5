import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Runbook, Step } from '../../runbook/core/model.ts';
import { Journal } from './journal/journal.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { eventOf, fakeSecrets, harness, person, succeeded } from './support/harness.ts';

const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;
const call = (path: string, file: string): Step => ({ ...scriptStep(path, ''), verb: { kind: 'call', file, with: {} } });

function scene(runbook: Runbook, others: Record<string, Runbook> = {}) {
  const dir = temporaryFolder();
  const journal = new Journal(dir.folder);
  for (const name of ['a.yaml', ...Object.keys(others)]) writeFileSync(join(dir.folder, name), name);
  const secrets = fakeSecrets({ pw: { value: 'hunter2-hunter2', version: 4 } });
  return {
    folder: dir.folder,
    file: join(dir.folder, 'a.yaml'),
    journal,
    ...harness({ folder: dir.folder, journal, runbook, others, secrets }),
    [Symbol.dispose]() {
      journal.close();
      dir[Symbol.dispose]();
    },
  };
}

describe('The snapshot of a run', () => {
  it('holds the runbooks that are called, directly and through others', async () => {
    using it = scene(runbookOf([call('x', './b.yaml'), call('y', 'c.yaml')]), {
      'b.yaml': runbookOf([call('z', 'c.yaml')], { name: 'b' }),
      'c.yaml': runbookOf([scriptStep('in', 'echo')], { name: 'c' }),
    });
    const { id } = await it.runtime.start({ file: it.file }, person);
    const { calls } = it.journal.snapshot(id)?.snapshot ?? {};
    assert.deepEqual(Object.keys(calls ?? {}), [join(it.folder, 'b.yaml'), join(it.folder, 'c.yaml')]);
    await it.connector.reached(1);
    assert.equal(it.connector.attempts[0]?.attempt.path, 'x/z/in');
    const shown = await it.runtime.show(id);
    assert.deepEqual(
      shown.steps.map((step) => [step.id, step.status, step.file]),
      [
        ['x', 'running', undefined],
        ['x/z', 'running', join(it.folder, 'b.yaml')],
        ['x/z/in', 'running', join(it.folder, 'c.yaml')],
        ['y', 'pending', undefined],
      ],
    );
  });

  it('is refused where a call leads back, or to nothing', async () => {
    const others = { 'b.yaml': runbookOf([call('y', 'a.yaml')], { name: 'b' }), 'a.yaml': runbookOf([call('x', 'b.yaml')]) };
    using circle = scene(runbookOf([call('x', 'b.yaml')]), others);
    await assert.rejects(circle.runtime.start({ file: circle.file }, person), isProblem('call-circle'));
    using gone = scene(runbookOf([call('x', 'gone.yaml')]));
    await assert.rejects(gone.runtime.start({ file: gone.file }, person), isProblem('call-missing'));
  });

  it('holds the shared targets of the workspace, with the secrets that they name', async () => {
    using it = scene(runbookOf([scriptStep('a', 'echo', { target: 'edge' })]));
    mkdirSync(join(it.folder, '.runwright'));
    const targets = 'edge: { type: ssh, host: edge-1, password: "${{ secrets.pw }}" }\nx-note: ignored\n';
    writeFileSync(join(it.folder, '.runwright', 'targets.yaml'), targets);
    await it.runtime.start({ file: it.file }, person);
    await it.connector.reached(1);
    const request = it.connector.attempts[0]?.attempt.request;
    assert.deepEqual(request?.kind === 'script' ? request.connection : undefined, {
      type: 'ssh',
      host: 'edge-1',
      password: 'hunter2-hunter2',
    });
    assert.ok(!JSON.stringify(it.journal.read((await it.runtime.list({}))[0]?.id ?? '')).includes('hunter2'));
  });

  it('is refused where the shared targets cannot be read, without a word of what stands there', async () => {
    using it = scene(runbookOf([scriptStep('a', 'echo')]));
    mkdirSync(join(it.folder, '.runwright'));
    for (const text of ['edge: [1', 'edge: word-of-mouth', '- edge']) {
      writeFileSync(join(it.folder, '.runwright', 'targets.yaml'), text);
      await assert.rejects(
        it.runtime.start({ file: it.file }, person),
        (error) => isProblem('targets-invalid')(error) && !/word-of-mouth/.test(String(error)),
      );
    }
  });

  it('with an agent step starts no run', async () => {
    using it = scene(runbookOf([{ ...scriptStep('a', ''), verb: { kind: 'agent', goal: 'x', tools: [] } }]));
    await assert.rejects(it.runtime.start({ file: it.file }, person), isProblem('verb-missing'));
    assert.deepEqual(await it.runtime.list({}), []);
  });
});

describe('A run of several steps at once', () => {
  const book = runbookOf([
    { ...scriptStep('p', ''), verb: { kind: 'parallel', steps: [scriptStep('a', 'x'), scriptStep('b', 'y')] } },
    scriptStep('last', 'z'),
  ]);

  it('has all of them in hand', async () => {
    using it = scene(book);
    const { id } = await it.runtime.start({ file: it.file }, person);
    await it.connector.reached(2);
    for (const { end } of it.connector.attempts) end(succeeded());
    await it.connector.reached(3);
    it.connector.attempts[2]?.end(succeeded());
    await eventOf(it.runtime, id, 'run-finished');
    assert.equal((await it.runtime.show(id)).status, 'completed');
  });

  it('pauses, goes on, and is tried again where it failed', async () => {
    using it = scene(book);
    const { id } = await it.runtime.start({ file: it.file }, person);
    await it.connector.reached(2);
    const paused = await it.runtime.pause(id, {}, person);
    assert.deepEqual([paused.status, paused.paused?.by], ['paused', 'ann']);
    assert.deepEqual(
      paused.steps.map(({ id: path, inside }) => [path, inside]),
      [
        ['p', undefined],
        ['a', 'p'],
        ['b', 'p'],
        ['last', undefined],
      ],
    );
    const of = (path: string) => it.connector.attempts.find(({ attempt }) => attempt.path === path);
    of('a')?.end(succeeded());
    of('b')?.end({ kind: 'failed', error: { code: 'exit-code', class: 'exit', message: 'm', remedy: 'r' } });
    await eventOf(it.runtime, id, 'step-failed');
    assert.equal((await it.runtime.show(id)).status, 'paused');
    await it.runtime.resume(id, {}, person);
    await eventOf(it.runtime, id, 'run-finished');
    assert.equal((await it.runtime.retry(id, {}, person)).status, 'running');
    await it.connector.reached(3);
    assert.deepEqual([it.connector.attempts[2]?.attempt.path, it.connector.attempts[2]?.how], ['b', 'run']);
    it.connector.attempts[2]?.end(succeeded());
    await it.connector.reached(4);
    it.connector.attempts[3]?.end(succeeded());
    while ((await it.runtime.show(id)).status !== 'completed') await new Promise(setImmediate);
    const shown = await it.runtime.show(id);
    assert.deepEqual(
      shown.steps.map(({ id: path, status, attempts }) => [path, status, attempts]),
      [
        ['p', 'succeeded', 0],
        ['a', 'succeeded', 1],
        ['b', 'succeeded', 2],
        ['last', 'succeeded', 1],
      ],
    );
    assert.deepEqual(shown.errors, []);
    assert.equal(shown.paused, undefined);
  });
});

describe('A concurrency group', () => {
  const book = (onBusy: 'queue' | 'reject' | 'cancel') => runbookOf([scriptStep('a', 'x')], { concurrency: { group: 'edge', onBusy } });

  it('lets the second run wait for the first', async () => {
    using it = scene(book('queue'));
    const [first, second] = await Promise.all([it.runtime.start({ file: it.file }, person), it.runtime.start({ file: it.file }, person)]);
    const [waiting, ...others] = [first, second].filter((run) => run?.status === 'pending');
    assert.ok(waiting !== undefined && others.length === 0);
    const ahead = [first, second].find((run) => run.id !== waiting.id);
    assert.deepEqual((await it.runtime.show(waiting.id)).queued, { group: 'edge', behind: ahead?.id });
    await it.connector.reached(1);
    it.connector.attempts[0]?.end(succeeded());
    await it.connector.reached(2);
    assert.equal(it.connector.attempts[1]?.attempt.run, waiting.id);
  });

  it('refuses it, or ends the first, where the runbook says so', async () => {
    using refusing = scene(book('reject'));
    await refusing.runtime.start({ file: refusing.file }, person);
    await assert.rejects(refusing.runtime.start({ file: refusing.file }, person), isProblem('group-busy'));
    using ending = scene(book('cancel'));
    const first = await ending.runtime.start({ file: ending.file }, person);
    await ending.connector.reached(1);
    const second = await ending.runtime.start({ file: ending.file }, person);
    ending.connector.attempts[0]?.end({ kind: 'cancelled' });
    await ending.connector.reached(2);
    assert.equal((await ending.runtime.show(first.id)).status, 'cancelled');
    assert.equal(ending.connector.attempts[1]?.attempt.run, second.id);
  });
});

describe('Approvers', () => {
  const book = runbookOf([
    { ...scriptStep('g', ''), verb: { kind: 'approve', approval: { approvers: ['oncall'], min: 2, notRequester: true } } },
  ]);
  const people = 'people: { ann: person-ann, bob: [bob], eve: [eve] }\ngroups: { oncall: [ann, bob, eve] }\n';
  const as = (subject: string) => ({ ...person, subject });

  it('are the people of the group, as many as are needed, and not who asked', async () => {
    using it = scene(book);
    writeFileSync(join(it.folder, 'people.yaml'), people);
    const { id, approvals } = await it.runtime.start({ file: it.file }, as('bob'));
    const digest = approvals[0]?.digest ?? '';
    assert.deepEqual(approvals[0]?.approvers, ['person-ann', 'bob', 'eve']);
    const decision = { step: 'g', digest };
    await assert.rejects(it.runtime.approve(id, decision, as('mallory')), isProblem('approver-wrong'));
    await assert.rejects(it.runtime.approve(id, decision, as('bob')), isProblem('approver-wrong'));
    const once = await it.runtime.approve(id, decision, as('eve'));
    assert.deepEqual([once.status, once.approvals[0]?.given], ['waiting_approval', ['eve']]);
    assert.equal((await it.runtime.approve(id, decision, as('eve'))).status, 'waiting_approval');
    assert.equal((await it.runtime.approve(id, decision, as('person-ann'))).status, 'completed');
  });

  it('whom nobody knows are never anyone', async () => {
    using it = scene(book);
    const { id, approvals } = await it.runtime.start({ file: it.file }, as('bob'));
    assert.deepEqual(approvals[0]?.unresolved, ['oncall']);
    await assert.rejects(it.runtime.approve(id, { step: 'g', digest: approvals[0]?.digest ?? '' }, as('ann')), isProblem('approver-wrong'));
    assert.equal((await it.runtime.reject(id, { step: 'g', digest: approvals[0]?.digest ?? '' }, as('ann'))).status, 'rejected');
  });
});
