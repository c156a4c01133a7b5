import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import { EngineError } from '../../client/errors.ts';
import { alive, engineFile, event, Scene, until } from './support.ts';

const runbook = 'runbook: v1\nname: A\nsteps:\n  - { id: s, run: "echo s >> effects" }\n  - { id: gate, approve: true }\n';

/** Runs the engine until it ends by itself. */
function startAlone(state: string): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [engineFile], { env: { ...process.env, RUNWRIGHT_STATE: state }, encoding: 'utf8', timeout: 60_000 });
}

const mount = (...args: string[]): boolean => spawnSync('mount', args, { stdio: 'ignore' }).status === 0;

/** A small file system of its own as the state folder; undefined where we may not mount one. */
function smallDisk(folder: string): { [Symbol.dispose](): void } | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  mkdirSync(folder, { mode: 0o700 });
  if (!mount('-t', 'tmpfs', '-o', 'size=16m,mode=700', 'tmpfs', folder)) return undefined;
  return { [Symbol.dispose]: () => void spawnSync('umount', ['-l', folder]) };
}

async function stopped(scene: Scene): Promise<void> {
  const client = await scene.client();
  const { pid } = client.health;
  await client.shutdown();
  client.close();
  await until(() => !alive(pid));
}

describe('a disk', () => {
  it('that is full refuses what is new, loses nothing, and is forgiven when there is room', async function () {
    const scene = new Scene();
    using disk = smallDisk(scene.state);
    if (!disk) return this.skip();
    const client = await scene.client();
    await client.setTrust(scene.workspace, true);
    const file = scene.write('a.runbook.yaml', runbook);
    const first = await client.start({ file });
    await event(client, first.id, ({ type }) => type === 'approval-requested');

    const filler = join(scene.state, 'filler');
    for (let size = 4096, room = true; room; size = 4096) {
      try {
        writeFileSync(filler, Buffer.alloc(size * 16), { flag: 'a' });
      } catch {
        room = false;
      }
    }
    const full = (error: unknown) => error instanceof EngineError && error.error.code === 'state-folder' && error.status === 500;
    // The log still has some room of its own: it may take a few.
    let refusal: unknown;
    for (let tries = 0; tries < 400 && refusal === undefined; tries++)
      await client.start({ file }).catch((error: unknown) => {
        refusal = error;
      });
    assert.ok(full(refusal), String(refusal));
    const [question] = await client.approvals();
    assert.ok(question);
    assert.equal((await client.show(first.id)).status, 'waiting_approval');

    rmSync(filler);
    await client.approve(first.id, { step: 'gate', digest: (await client.show(first.id)).approvals[0]?.digest ?? '' });
    await event(client, first.id, ({ type }) => type === 'run-finished');
    assert.equal((await client.show(first.id)).status, 'completed');
    assert.deepEqual((await client.auditVerify()).damages, []);
    await stopped(scene);
    disk[Symbol.dispose]();
    rmSync(scene.root, { recursive: true, force: true });
  });

  it('that is read-only is told in one sentence', async function () {
    await using scene = new Scene();
    const folder = join(scene.root, 'read-only');
    using disk = smallDisk(folder);
    if (!disk || !mount('-o', 'remount,ro', folder)) return this.skip();
    const { status, stderr } = startAlone(folder);
    assert.equal(status, 5);
    assert.match(stderr, /^The state folder .* cannot be used: .*read-only.*\n$/i);
  });
});

describe('a journal', () => {
  it('that is cut in the middle is told in one sentence and left as it is', async () => {
    await using scene = new Scene();
    const client = await scene.client();
    await client.setTrust(scene.workspace, true);
    const run = await client.start({ file: scene.write('a.runbook.yaml', runbook) });
    await event(client, run.id, ({ type }) => type === 'approval-requested');
    await stopped(scene);
    const journal = join(scene.state, 'journal.db');
    const whole = readFileSync(journal);
    for (const length of [whole.length >> 1, 4096, 100]) {
      truncateSync(journal, length);
      const { status, stderr } = startAlone(scene.state);
      assert.equal(status, 5, stderr);
      assert.match(stderr, /^The journal in .* cannot be read: .*put journal\.db back from a backup.*\n$/, `cut to ${length}`);
      assert.equal(statSync(journal).size, length);
      writeFileSync(journal, whole);
    }
    const again = await scene.client();
    assert.equal((await again.show(run.id)).status, 'waiting_approval');
  });

  it('of which one run was changed goes on with the others', async () => {
    await using scene = new Scene();
    const client = await scene.client();
    await client.setTrust(scene.workspace, true);
    const file = scene.write('a.runbook.yaml', runbook);
    const [bad, good] = [await client.start({ file }), await client.start({ file })];
    for (const { id } of [bad, good]) await event(client, id, ({ type }) => type === 'approval-requested');
    await stopped(scene);
    const db = new DatabaseSync(join(scene.state, 'journal.db'));
    db.prepare("UPDATE events SET payload = replace(payload, 'gate', 'fate') WHERE run = ? AND kind = 'approval-requested'").run(bad.id);
    db.close();
    const again = await scene.client();
    const digest = (await again.show(good.id)).approvals[0]?.digest ?? '';
    await assert.rejects(
      again.approve(bad.id, { step: 'gate', digest }),
      (error) => error instanceof EngineError && error.error.code === 'journal-damaged',
    );
    await again.approve(good.id, { step: 'gate', digest });
    await event(again, good.id, ({ type }) => type === 'run-finished');
    assert.deepEqual(
      (await again.auditVerify()).damages.map(({ run }) => run),
      [bad.id],
    );
  });
});
