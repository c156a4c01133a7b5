import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { openTimes } from './schedule-times.ts';
import { Scheduler } from './scheduler.ts';
import type { Schedule } from './schedules-file.ts';
import { temporaryFolder } from './support/fixtures.ts';

const at = (text: string): number => Date.parse(text);
const daily: Schedule = { kind: 'schedule', cron: '0 3 * * *', timezone: 'Europe/Berlin', with: {} };
const file = '/srv/a.runbook.yaml';

/** A scheduler under a clock that the test turns; `due` stands for its timer. */
function scene(schedules: readonly Schedule[] = [daily], start = '2026-07-01T00:00:00Z') {
  const dir = temporaryFolder();
  const host = {
    now: at(start),
    schedules,
    digest: 'd1',
    fault: undefined as ProblemError | undefined,
    disk: undefined as ProblemError | undefined,
    runs: [] as { id: string; file: string; inputs: unknown; environment: unknown }[],
    logged: [] as string[],
  };
  const made: Scheduler[] = [];
  return {
    folder: dir.folder,
    host,
    open() {
      for (const one of made) one.close();
      const scheduler = new Scheduler({
        stateFolder: dir.folder,
        now: () => host.now,
        log: (text) => host.logged.push(text),
        environment: (given) => ({ PATH: given.PATH ?? '', HTTPS_PROXY: 'http://user:password@proxy' }),
        async read() {
          if (host.fault) throw host.fault;
          return { name: 'A', schedules: host.schedules, digest: host.digest };
        },
        async start(id, file, inputs, environment) {
          if (host.disk) throw host.disk;
          // As the journal: a run of that id is there already.
          if (!host.runs.some((run) => run.id === id)) host.runs.push({ id, file, inputs, environment });
        },
      });
      made.push(scheduler);
      return scheduler;
    },
    [Symbol.dispose]() {
      for (const one of made) one.close();
      dir[Symbol.dispose]();
    },
  };
}

describe('times of a schedule', () => {
  it('follow the time zone over both changes of the clocks', async () => {
    const times = await openTimes();
    const iso = (time: number | undefined) => (time === undefined ? '' : new Date(time).toISOString());
    const after = (text: string, cron = '0 3 * * *') => iso(times.next(cron, 'Europe/Berlin', at(text)));
    assert.equal(after('2026-03-28T12:00:00Z'), '2026-03-29T01:00:00.000Z', 'three is the first hour of summer');
    assert.equal(after('2026-10-24T12:00:00Z'), '2026-10-25T02:00:00.000Z');
    // Half past two comes twice in that night, and counts once.
    const first = times.next('30 2 * * *', 'Europe/Berlin', at('2026-10-24T12:00:00Z'));
    assert.equal(iso(first).slice(0, 10), '2026-10-25');
    assert.equal(after(iso(first), '30 2 * * *'), '2026-10-26T01:30:00.000Z');
    assert.equal(iso(times.next('0 3 * * *', undefined, at('2026-07-01T00:00:00Z'))), '2026-07-01T03:00:00.000Z', 'UTC without one');
    assert.equal(iso(times.last('0 3 * * *', 'Europe/Berlin', at('2026-07-01T01:00:00Z'))), '2026-07-01T01:00:00.000Z');
    assert.equal(iso(times.last('0 3 * * *', 'Europe/Berlin', at('2026-07-01T00:59:59Z'))), '2026-06-30T01:00:00.000Z');
  });

  it('take a day of the month or one of the week where both are given', async () => {
    const times = await openTimes();
    const next = (after: string) => new Date(times.next('0 0 13 * FRI', undefined, at(after)) ?? 0).toISOString().slice(0, 10);
    assert.deepEqual([next('2026-07-01T00:00:00Z'), next('2026-07-10T00:00:00Z')], ['2026-07-03', '2026-07-13']);
  });
});

describe('the scheduler', () => {
  it('starts one run at each time, with the file as it is then, and keeps the environment it was given', async () => {
    using it = scene([{ ...daily, with: { n: 1 } }]);
    const scheduler = it.open();
    const view = await scheduler.add(file, { PATH: '/own' });
    assert.equal(view.next, '2026-07-01T01:00:00.000Z');
    assert.equal(scheduler.active, true);
    it.host.now = at('2026-07-01T00:59:59Z');
    await scheduler.due(file);
    assert.equal(it.host.runs.length, 0);
    it.host.now = at('2026-07-01T01:00:00Z');
    it.host.digest = 'd2';
    await scheduler.due(file);
    await scheduler.due(file);
    assert.deepEqual(
      it.host.runs.map(({ inputs, environment }) => [inputs, environment]),
      [[{ n: 1 }, { PATH: '/own' }]],
    );
    const [listed] = await scheduler.list();
    assert.deepEqual(listed?.last, { at: '2026-07-01T01:00:00.000Z', run: it.host.runs[0]?.id, digest: 'd2' });
    assert.equal(listed?.next, '2026-07-02T01:00:00.000Z');
  });

  it('makes up for the last time that was missed, if it is not older than a day', async () => {
    using it = scene();
    await it.open().add(file, {});
    it.host.now = at('2026-07-05T12:00:00Z');
    const later = it.open();
    await later.open();
    assert.equal(it.host.runs.length, 1);
    assert.equal((await later.list())[0]?.last?.at, '2026-07-05T01:00:00.000Z');
    it.host.schedules = [{ ...daily, cron: '0 3 * * MON' }];
    await later.list();
    it.host.now = at('2026-07-08T12:00:00Z');
    const again = it.open();
    await again.open();
    assert.equal(it.host.runs.length, 1);
    assert.equal((await again.list())[0]?.last?.error?.code, 'schedule-missed');
  });

  it('starts no run twice: killed before it wrote that down, a clock set back, times that coincide', async () => {
    using it = scene([daily, { ...daily, cron: '0 3 1 * *' }, { ...daily, with: { other: true } }]);
    const scheduler = it.open();
    await scheduler.add(file, {});
    it.host.now = at('2026-07-01T01:00:00Z');
    await scheduler.due(file);
    assert.equal(it.host.runs.length, 2, 'the same inputs once, other inputs once');
    it.host.now = at('2026-07-01T00:30:00Z');
    await scheduler.due(file);
    it.host.now = at('2026-07-01T01:00:00Z');
    await scheduler.due(file);
    assert.equal(it.host.runs.length, 2);
    // As an engine that was killed in between finds it.
    const list = [{ file, name: 'A', schedules: it.host.schedules, environment: {}, until: at('2026-07-01T00:00:00Z') }];
    writeFileSync(join(it.folder, 'schedules.json'), JSON.stringify(list));
    await it.open().open();
    assert.equal(it.host.runs.length, 2);
  });

  it('goes on after a clock that was years ahead', async () => {
    using it = scene();
    const scheduler = it.open();
    await scheduler.add(file, {});
    it.host.now = at('2031-07-01T01:00:00Z');
    await scheduler.due(file);
    it.host.now = at('2026-07-01T00:30:00Z');
    await scheduler.due(file);
    it.host.now = at('2026-07-01T01:00:00Z');
    await scheduler.due(file);
    assert.equal(it.host.runs.length, 2);
  });

  it('says why a time started nothing, and goes on with the next one', async () => {
    using it = scene();
    const scheduler = it.open();
    await scheduler.add(file, {});
    it.host.fault = new ProblemError(problem('folder-untrusted', { folder: '/srv' }));
    it.host.now = at('2026-07-01T01:00:00Z');
    await scheduler.due(file);
    const [listed] = await scheduler.list();
    assert.deepEqual(
      [listed?.last?.error?.code, listed?.error?.code, listed?.next],
      ['folder-untrusted', 'folder-untrusted', '2026-07-02T01:00:00.000Z'],
    );
    assert.ok(it.host.logged.some((line) => line.includes('2026-07-01T01:00:00.000Z started nothing')));
    it.host.fault = undefined;
    it.host.now = at('2026-07-02T01:00:00Z');
    await scheduler.due(file);
    assert.equal(it.host.runs.length, 1);
    assert.equal((await scheduler.list())[0]?.error, undefined);
  });

  it('does not lose a time while the disk is full', async () => {
    using it = scene();
    const scheduler = it.open();
    await scheduler.add(file, {});
    it.host.disk = new ProblemError(problem('state-folder', { folder: '/s', why: 'ENOSPC' }));
    it.host.now = at('2026-07-01T01:00:00Z');
    await assert.rejects(scheduler.due(file));
    it.host.disk = undefined;
    await scheduler.due(file);
    assert.equal(it.host.runs.length, 1);
  });

  it('follows the file: what it no longer says starts nothing, what it says now counts from now on', async () => {
    using it = scene();
    const scheduler = it.open();
    await scheduler.add(file, {});
    it.host.schedules = [{ ...daily, cron: '0 5 * * *' }];
    it.host.now = at('2026-07-01T01:00:00Z');
    await scheduler.due(file);
    const [listed] = await scheduler.list();
    assert.deepEqual([it.host.runs.length, listed?.last?.error?.code, listed?.next], [0, 'schedule-changed', '2026-07-01T03:00:00.000Z']);
  });

  it('refuses a file without schedules, and forgets one that is removed', async () => {
    using it = scene([]);
    const scheduler = it.open();
    const none = (error: unknown) => error instanceof ProblemError && error.problem.code === 'schedule-none';
    await assert.rejects(scheduler.add(file, {}), none);
    it.host.schedules = [daily];
    await scheduler.add(file, {});
    assert.deepEqual([await scheduler.remove(file), await scheduler.remove(file), scheduler.active], [true, false, false]);
    const later = it.open();
    await later.open();
    assert.deepEqual(await later.list(), []);
  });

  it('never overwrites a list that it could not read', async () => {
    using it = scene();
    writeFileSync(join(it.folder, 'schedules.json'), '[{"file"');
    const scheduler = it.open();
    await scheduler.open();
    assert.ok(it.host.logged[0]?.startsWith('no schedule is followed'));
    await assert.rejects(scheduler.add(file, {}), (error) => error instanceof ProblemError && error.problem.code === 'state-folder');
  });
});
