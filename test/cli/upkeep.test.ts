import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { linkHash } from '../../engine/local/journal/chain.ts';
import { eventsOf, exit, parse, sandboxes } from './support.ts';

const hello = 'samples/hello.runbook.yaml';

describe('runwright audit, prune and doctor', () => {
  const sandbox = sandboxes();
  const run = async () => eventsOf((await sandbox().run(['run', hello, '--json'])).stdout).last;

  it('exports each event with its hash, and where the chains end', async () => {
    const { id } = await run();
    const { code, stdout } = await sandbox().run(['audit', 'export']);
    assert.equal(code, exit.completed);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => parse<Record<string, unknown>>(line));
    const heads = lines.pop() as { type: string; heads: { run: string; seq: number; hash: string }[] };
    const events = lines as unknown as {
      type: string;
      run: string;
      seq: number;
      time: number;
      kind: string;
      payload: string;
      prev: string;
      hash: string;
    }[];
    for (const event of events) assert.equal(event.hash, linkHash(event), `${event.kind} can be checked by whoever has the export`);
    const last = events.at(-1);
    assert.deepEqual(heads.heads, [{ run: id, seq: last?.seq, hash: last?.hash }]);
    assert.equal(last?.kind, 'run-finished');
  });

  it('prunes what is old with its outputs, and can still check every chain', async () => {
    const [first, second] = [await run(), await run()];
    const folder = (id: string) => join(sandbox().state, 'runs', id);
    assert.ok(existsSync(folder(first.id)));
    assert.deepEqual((await sandbox().json(['prune'])).value, { runs: [], dryRun: false });
    const dry = await sandbox().json<{ runs: string[] }>(['prune', '--older-than', '0s', '--dry-run']);
    assert.deepEqual(dry.value, { runs: [first.id, second.id], dryRun: true });
    assert.ok(existsSync(folder(first.id)), 'a dry run removes nothing');
    assert.equal((await sandbox().run(['prune', '--older-than', '0s'])).stdout, '2 runs were removed.\n');
    assert.deepEqual([existsSync(folder(first.id)), existsSync(folder(second.id))], [false, false]);
    assert.equal((await sandbox().run(['show', first.id])).code, exit.unknown);
    const third = await run();
    assert.equal((await sandbox().json<unknown[]>(['runs'])).value.length, 1);
    const whole = await sandbox().json<{ ok: boolean; runs: number; pruned: number }>(['audit', 'verify']);
    assert.deepEqual([whole.code, whole.value.ok, whole.value.runs, whole.value.pruned], [exit.completed, true, 3, 2]);
    const { stdout } = await sandbox().run(['audit', 'export']);
    const left = stdout
      .trimEnd()
      .split('\n')
      .map((line) => parse<{ run?: string; payload?: string }>(line));
    const payloads = (id: string) => left.filter((event) => event.run === id).map(({ payload }) => payload);
    assert.deepEqual(new Set(payloads(first.id)), new Set(['']));
    assert.ok(payloads(third.id).every((payload) => payload !== ''));

    await sandbox().run(['engine', 'stop']);
    const db = new DatabaseSync(join(sandbox().state, 'journal.db'));
    db.prepare('DELETE FROM events WHERE run = ? AND seq = (SELECT MAX(seq) FROM events WHERE run = ?)').run(first.id, first.id);
    db.close();
    const damaged = await sandbox().json<{ ok: boolean; damages: { run: string; why: string }[] }>(['audit', 'verify']);
    assert.equal(damaged.code, exit.failed);
    assert.deepEqual(damaged.value.damages, [{ run: first.id, why: 'it does not end where it ended when it was pruned' }]);
  });

  it('keeps runs that have not ended, however old', async () => {
    const { last } = eventsOf((await sandbox().run(['run', 'samples/disk-pressure.runbook.yaml', '--json'])).stdout);
    assert.equal(last.status, 'waiting_approval');
    assert.deepEqual((await sandbox().json(['prune', '--older-than', '0s'])).value, { runs: [], dryRun: false });
    const wrong = await sandbox().run(['prune', '--older-than', 'soon']);
    assert.equal(wrong.code, exit.usage);
    assert.match(wrong.stderr, /takes a duration such as 90d/);
  });

  it('finds what keeps the engine from working, and says what to do', async () => {
    const before = await sandbox().json<{ check: string; ok: boolean }[]>(['doctor']);
    assert.equal(before.code, exit.completed, before.stderr);
    assert.ok(!existsSync(sandbox().state), 'it makes nothing');
    const trusted = join(sandbox().folder, 'gone');
    await mkdir(trusted);
    await sandbox().run(['trust', trusted]);
    await rm(trusted, { recursive: true });
    if (process.platform !== 'win32') await chmod(join(sandbox().state, 'tokens.json'), 0o644);
    const { code, value } = await sandbox().json<{ check: string; ok: boolean; message: string; remedy?: string }[]>(['doctor']);
    assert.equal(code, exit.failed);
    const problems = value.filter(({ ok }) => !ok);
    assert.deepEqual(
      problems.map(({ check }) => check),
      process.platform === 'win32' ? ['trust'] : ['tokens', 'trust'],
    );
    for (const { remedy } of problems) assert.ok(remedy);
    assert.match((await sandbox().run(['doctor'])).stdout, /problem trust +Trusted and not there: .*\n +runwright trust --remove /);
  });
});
