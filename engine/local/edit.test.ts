import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { digestOf } from './digest.ts';
import { Journal } from './journal/journal.ts';
import { pruneRun } from './journal/prune.ts';
import { projectionTables } from './journal/schema.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { assistant, eventOf, harness, person, succeeded } from './support/harness.ts';

const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;
const snapshotDigest = (json: string): string => digestOf(JSON.parse(json));

function scene(first: Runbook) {
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
    /** The runtime over a file that holds this runbook now. */
    open: (runbook = first, others: Readonly<Record<string, Runbook>> = {}, trusted = true) =>
      harness({ folder: dir.folder, journal, runbook, others, trusted }),
    /** As after SIGKILL: the old runtime is simply not heard of again. */
    close() {
      journal.close();
      journal = new Journal(dir.folder);
    },
    [Symbol.dispose]() {
      journal.close();
      dir[Symbol.dispose]();
    },
  };
}

const two = runbookOf([scriptStep('one', 'a'), scriptStep('two', 'b')]);
const longer = runbookOf([scriptStep('one', 'a', { line: 5 }), scriptStep('new', 'n'), scriptStep('two', 'changed')], { name: 'Longer' });

describe('Editing a paused run', () => {
  it('goes on with the new steps, also after a restart, and keeps what both snapshots were', async () => {
    using it = scene(two);
    const before = it.open(two, { 'longer.runbook.yaml': longer });
    const { id, snapshot } = await before.runtime.start({ file: it.file }, person);
    await before.connector.reached(1);
    await before.runtime.pause(id, {}, person);
    before.connector.attempts[0]?.end(succeeded());
    await eventOf(before.runtime, id, 'step-succeeded');
    const other = join(it.folder, 'longer.runbook.yaml');
    writeFileSync(other, 'runbook: v1\n');
    const edited = await before.runtime.edit(id, { file: other, via: 'cli' }, person);
    assert.equal(edited.status, 'paused');
    assert.notEqual(edited.snapshot, snapshot);
    assert.deepEqual([edited.file, edited.runbook], [other, 'Longer']);
    assert.deepEqual(
      edited.steps.map(({ id: path, status, line }) => [path, status, line]),
      [
        ['one', 'succeeded', 5],
        ['new', 'pending', 1],
        ['two', 'pending', 1],
      ],
    );
    assert.deepEqual(it.journal.verify(snapshotDigest).damages, []);

    it.close();
    const { runtime, connector } = it.open();
    await runtime.recover();
    await runtime.resume(id, {}, person);
    await connector.reached(1);
    connector.attempts[0]?.end(succeeded());
    await connector.reached(2);
    connector.attempts[1]?.end(succeeded());
    await eventOf(runtime, id, 'run-finished');
    assert.deepEqual(
      connector.attempts.map(({ attempt }) => [attempt.path, attempt.request.kind === 'script' ? attempt.request.script : '']),
      [
        ['new', 'n'],
        ['two', 'changed'],
      ],
    );
    const tables = () => projectionTables.map((table) => it.journal.db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());
    const kept = tables();
    it.journal.rebuild();
    assert.deepEqual(tables(), kept);
  });

  it('is found out when one of its snapshots is changed, and a pruned run leaves none', async () => {
    using it = scene(two);
    const { runtime, connector } = it.open(two, { 'longer.runbook.yaml': longer });
    const { id, snapshot } = await runtime.start({ file: it.file }, person);
    await connector.reached(1);
    await runtime.pause(id, {}, person);
    const other = join(it.folder, 'longer.runbook.yaml');
    writeFileSync(other, 'runbook: v1\n');
    connector.attempts[0]?.end(succeeded());
    await eventOf(runtime, id, 'step-succeeded');
    await runtime.edit(id, { file: other }, person);
    await runtime.cancel(id, 'api', person);
    assert.deepEqual(it.journal.verify(snapshotDigest).damages, []);
    const { json } = it.journal.db.prepare('SELECT json FROM snapshots WHERE digest = ?').get(snapshot) ?? {};
    it.journal.db.prepare('UPDATE snapshots SET json = ? WHERE digest = ?').run(String(json).replace('"a"', '"x"'), snapshot);
    assert.deepEqual(it.journal.verify(snapshotDigest).damages, [{ run: id, why: 'its snapshot was changed' }]);
    pruneRun(it.journal.db, id, 1);
    assert.equal(it.journal.db.prepare('SELECT COUNT(*) AS n FROM snapshots').get()?.n, 0);
  });

  it('voids the open question, whose digest is then refused, and asks anew', async () => {
    const asks = runbookOf([scriptStep('one', 'a', { approve: {} })]);
    using it = scene(asks);
    const before = it.open();
    const { id } = await before.runtime.start({ file: it.file }, person);
    const old = (await before.runtime.show(id)).approvals[0]?.digest ?? '';
    await before.runtime.pause(id, {}, person);
    it.close();
    const { runtime } = it.open(runbookOf([scriptStep('one', 'b', { approve: {} })]));
    await runtime.recover();
    const edited = await runtime.edit(id, {}, person);
    assert.deepEqual(
      edited.approvals.map(({ status }) => status),
      ['void'],
    );
    await assert.rejects(runtime.approve(id, { step: 'one', digest: old }, person), isProblem('approval-none'));
    const resumed = await runtime.resume(id, {}, person);
    const [, now] = resumed.approvals;
    assert.ok(now?.status === 'pending' && now.digest !== old && now.request.script === 'b');
  });

  it('follows the trust of a start, and makes the steps ask of whoever may not approve', async () => {
    using it = scene(two);
    const before = it.open();
    const { id } = await before.runtime.start({ file: it.file }, person);
    await before.connector.reached(1);
    await before.runtime.pause(id, {}, person);
    before.connector.attempts[0]?.end(succeeded());
    await eventOf(before.runtime, id, 'step-succeeded');
    it.close();
    const strange = it.open(longer, {}, false).runtime;
    await assert.rejects(strange.edit(id, {}, assistant), isProblem('folder-untrusted'));
    await assert.rejects(strange.edit(id, { trustOnce: true }, assistant), isProblem('scope-missing'));
    await assert.rejects(strange.edit('nope', {}, person), isProblem('run-unknown'));
    const { runtime, connector } = it.open(longer);
    await runtime.edit(id, {}, assistant);
    await assert.rejects(runtime.resume(id, {}, assistant), isProblem('scope-missing'));
    assert.equal((await runtime.resume(id, {}, person)).status, 'waiting_approval');
    assert.equal(connector.attempts.length, 0);
  });

  it('says which step does not fit, and leaves the run as it was', async () => {
    using it = scene(two);
    const before = it.open();
    const { id } = await before.runtime.start({ file: it.file }, person);
    await before.connector.reached(1);
    await assert.rejects(it.open(longer).runtime.edit(id, {}, person), isProblem('edit-running'));
    const { seq } = await before.runtime.pause(id, {}, person);
    it.close();
    const { runtime } = it.open(runbookOf([scriptStep('two', 'b')]));
    await assert.rejects(runtime.edit(id, {}, person), (error) => isProblem('edit-begun')(error) && /step one/.test(String(error)));
    assert.equal((await runtime.show(id)).seq, seq);
  });
});
