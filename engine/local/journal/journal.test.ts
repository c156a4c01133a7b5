import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import { ProblemError } from '../../../runbook/core/errors.ts';
import type { KernelEvent } from '../../kernel/event.ts';
import { digestOf } from '../digest.ts';
import { runbookOf, scriptRequest, scriptStep, snapshotOf, startedEvent, temporaryFolder } from '../support/fixtures.ts';
import { showRun } from '../views.ts';
import { Journal } from './journal.ts';
import { openDatabase } from './open.ts';
import { migrations, projectionTables } from './schema.ts';

const snapshot = snapshotOf(runbookOf([scriptStep('one', 'a'), scriptStep('two', 'b', { undo: scriptStep('undo/two', 'c') })]));
const digest = digestOf(snapshot);
const beginning = { digest, snapshot, environment: { PATH: '/bin' } };
const request = scriptRequest('a');
const story: KernelEvent[] = [
  { time: 2, kind: 'phase-entered', phase: 'steps' },
  { time: 3, kind: 'step-started', path: 'one', attempt: 1, digest: 'd1', request, risk: 'low' },
  {
    time: 4,
    kind: 'step-failed',
    path: 'one',
    attempt: 1,
    error: { code: 'exit-code', class: 'exit', message: 'm', remedy: 'r' },
    exitCode: 75,
    retryAt: 5,
  },
  { time: 5, kind: 'step-started', path: 'one', attempt: 2, digest: 'd1', request, risk: 'low' },
  { time: 6, kind: 'step-succeeded', path: 'one', attempt: 2, outputs: { stdout: 'x' }, exitCode: 0 },
  { time: 7, kind: 'approval-requested', path: 'two', attempt: 1, digest: 'd2', request, message: 'Sure?', risk: 'high', reason: 'policy' },
];
const rest: KernelEvent[] = [
  { time: 8, kind: 'approval-granted', path: 'two', digest: 'd2', actor: { by: 'ann', via: 'vscode' }, note: 'ok' },
  { time: 8, kind: 'step-started', path: 'two', attempt: 1, digest: 'd2', request, risk: 'high' },
  { time: 9, kind: 'step-unknown', path: 'two', attempt: 1, digest: 'd2' },
  { time: 10, kind: 'unknown-answered', path: 'two', answer: 'succeeded', actor: { by: 'ann', via: 'cli' } },
  { time: 11, kind: 'phase-entered', phase: 'rollback' },
  { time: 12, kind: 'step-started', path: 'undo/two', attempt: 1, digest: 'd3', request, risk: 'low' },
  { time: 13, kind: 'step-succeeded', path: 'undo/two', attempt: 1, outputs: {} },
  {
    time: 14,
    kind: 'run-finished',
    status: 'failed',
    outputs: {},
    rollback: 'full',
    error: { code: 'exit-code', class: 'exit', message: 'm', remedy: 'r' },
  },
];

const tables = (db: DatabaseSync) => projectionTables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());

describe('journal', () => {
  it('keeps what append resolved with, across a reopening', async () => {
    using dir = temporaryFolder();
    const journal = new Journal(dir.folder);
    const recorded = await journal.append('r1', 0, [startedEvent('r1', digest), ...story], beginning);
    assert.equal(recorded.at(-1)?.status, 'waiting_approval');
    assert.equal(recorded.at(-1)?.stepStatus, 'waiting_approval');
    journal.close();
    const again = new Journal(dir.folder);
    assert.deepEqual(again.read('r1'), recorded);
    assert.deepEqual(again.snapshot('r1'), { digest, snapshot });
    assert.deepEqual(again.environment('r1'), { PATH: '/bin' });
    assert.deepEqual(again.unfinished(), ['r1']);
    again.close();
  });

  it('shows the run, its steps and its questions as the events left them', async () => {
    using dir = temporaryFolder();
    const journal = new Journal(dir.folder);
    await journal.append('r1', 0, [startedEvent('r1', digest), ...story], beginning);
    const waiting = showRun(journal.db, 'r1');
    assert.equal(waiting?.status, 'waiting_approval');
    assert.deepEqual(
      waiting?.steps.map(({ id, status, attempts }) => [id, status, attempts]),
      [
        ['one', 'succeeded', 2],
        ['two', 'waiting_approval', 0],
      ],
    );
    assert.deepEqual(
      waiting?.approvals.map(({ step, status, digest, reason }) => [step, status, digest, reason]),
      [['two', 'pending', 'd2', 'policy']],
    );
    await journal.append('r1', 7, rest);
    const ended = showRun(journal.db, 'r1');
    assert.equal(ended?.status, 'failed');
    assert.equal(ended?.rollback, 'full');
    assert.deepEqual(
      ended?.steps.map(({ id, status }) => [id, status]),
      [
        ['one', 'succeeded'],
        ['two', 'undone'],
        ['undo/two', 'succeeded'],
      ],
    );
    assert.deepEqual(
      ended?.approvals.map(({ kind, status, by, via, note }) => [kind, status, by, via, note]),
      [
        ['approval', 'approved', 'ann', 'vscode', 'ok'],
        ['unknown-outcome', 'answered', 'ann', 'cli', undefined],
      ],
    );
    journal.close();
  });

  it('rebuilds its tables from events alone, equal', async () => {
    using dir = temporaryFolder();
    const journal = new Journal(dir.folder);
    for (const run of ['r1', 'r2', 'r3']) await journal.append(run, 0, [startedEvent(run, digest), ...story], beginning);
    await journal.append('r2', 7, rest);
    const before = tables(journal.db);
    journal.db.exec("UPDATE runs SET status = 'completed'; DELETE FROM steps WHERE run = 'r1'");
    assert.notDeepEqual(tables(journal.db), before);
    journal.rebuild();
    assert.deepEqual(tables(journal.db), before);
    journal.close();
  });

  it('refuses another sequence than the next, and takes its neighbours in the same commit', async () => {
    using dir = temporaryFolder();
    const journal = new Journal(dir.folder);
    const [good, bad, other] = await Promise.allSettled([
      journal.append('r1', 0, [startedEvent('r1', digest)], beginning),
      journal.append('r1', 0, story),
      journal.append('r2', 0, [startedEvent('r2', digest)], beginning),
    ]);
    assert.deepEqual([good.status, bad.status, other.status], ['fulfilled', 'rejected', 'fulfilled']);
    assert.equal(journal.read('r1').length, 1);
    journal.close();
  });

  it('says state-folder when the disk does not take it, and keeps no part of it', async () => {
    using dir = temporaryFolder();
    const journal = new Journal(dir.folder);
    await journal.append('r1', 0, [startedEvent('r1', digest)], beginning);
    const pages = Number(journal.db.prepare('PRAGMA page_count').get()?.page_count);
    journal.db.exec(`PRAGMA max_page_count = ${pages}`);
    const big: KernelEvent = {
      time: 3,
      kind: 'step-started',
      path: 'one',
      attempt: 1,
      digest: 'd',
      request: scriptRequest('x'.repeat(200_000)),
      risk: 'low',
    };
    await assert.rejects(
      journal.append('r1', 1, [...story.slice(0, 1), big]),
      (error) => error instanceof ProblemError && error.problem.code === 'state-folder',
    );
    assert.equal(journal.read('r1').length, 1);
    journal.db.exec('PRAGMA max_page_count = 1000000');
    await journal.append('r1', 1, story);
    assert.equal(journal.read('r1').length, 7);
    journal.close();
  });

  it('finds what was changed, removed or put in', async () => {
    const spoil = async (sql: string, options: { reopen?: boolean } = {}) => {
      using dir = temporaryFolder();
      const journal = new Journal(dir.folder);
      await journal.append('r1', 0, [startedEvent('r1', digest), ...story], beginning);
      assert.deepEqual(
        journal.verify((json) => digestOf(JSON.parse(json))),
        { events: 7, runs: 1, pruned: 0, damages: [] },
      );
      journal.db.exec(sql);
      const { damages } = journal.verify((json) => digestOf(JSON.parse(json)));
      journal.close();
      if (!options.reopen) return damages.map(({ why }) => why);
      const again = new Journal(dir.folder);
      const found = [...again.damages.values()].map(({ why }) => why);
      again.close();
      return found;
    };
    assert.deepEqual(await spoil("UPDATE events SET payload = replace(payload, 'exit-code', 'exit-c0de') WHERE seq = 4"), [
      'event 4 was changed',
    ]);
    assert.deepEqual(await spoil('DELETE FROM events WHERE seq = 4'), ['event 4 is missing']);
    assert.deepEqual(await spoil('DELETE FROM events WHERE seq = 7'), ['events after 7 are missing or were added']);
    assert.deepEqual(await spoil("UPDATE snapshots SET json = replace(json, 'Sample', 'Simple')"), ['its snapshot was changed']);
    assert.deepEqual(await spoil("UPDATE events SET payload = '{}' WHERE seq = 7", { reopen: true }), ['event 7 was changed']);
    assert.deepEqual(await spoil('DELETE FROM events WHERE seq = 7', { reopen: true }), ['its last events are missing']);
  });

  it('lets one engine in and tells the second why', () => {
    using dir = temporaryFolder();
    const journal = new Journal(dir.folder);
    assert.throws(
      () => new Journal(dir.folder),
      (error) => error instanceof ProblemError && error.problem.code === 'engine-running',
    );
    journal.close();
    new Journal(dir.folder).close();
  });

  it('migrates in one transaction with a copy of what was before, and refuses a newer journal', () => {
    using dir = temporaryFolder();
    openDatabase(dir.folder).close();
    const next = [...migrations, 'ALTER TABLE runs ADD COLUMN colour TEXT'];
    assert.throws(() => openDatabase(dir.folder, [...next, 'THIS IS NO SQL']), ProblemError);
    openDatabase(dir.folder, next).close();
    const copy = new DatabaseSync(join(dir.folder, 'journal.schema-1.db'));
    assert.throws(() => copy.prepare('SELECT colour FROM runs'));
    copy.close();
    assert.ok(!existsSync(join(dir.folder, 'journal.schema-1.db.draft')));
    assert.throws(
      () => openDatabase(dir.folder),
      (error) => error instanceof ProblemError && error.problem.code === 'journal-newer',
    );
  });
});
