import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { connectEngine } from '../../client/connect.ts';
import { EngineError } from '../../client/errors.ts';
import { alive, engineFile, event, Scene, until } from './support.ts';

async function runEngine(state: string): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [engineFile], {
    env: { ...process.env, RUNWRIGHT_STATE: state },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

describe('daemon', () => {
  it('is one per state folder: the second says so and ends', async () => {
    await using scene = new Scene();
    await scene.client();
    const { code, stderr } = await runEngine(scene.state);
    assert.equal(code, 6);
    assert.match(stderr, /Another engine already uses the state folder/);
    assert.equal(stderr.trim().split('\n').length, 1);
  });

  it('ends by itself when nobody needs it, and comes back with the next client', async () => {
    await using scene = new Scene();
    const client = await scene.client('person', { RUNWRIGHT_IDLE: '0.3' });
    const { pid } = client.health;
    await until(() => !alive(pid));
    assert.deepEqual(await client.list(), []);
  });

  it('leaves a script running when it is told to end, and adopts it with the next start', async () => {
    await using scene = new Scene();
    const client = await scene.client();
    await client.setTrust(scene.workspace, true);
    const file = scene.write(
      'a.runbook.yaml',
      'runbook: v1\nname: A\nsteps:\n  - { id: s, run: "echo begins >> effects; while [ ! -e release ]; do sleep 0.02; done; echo ends >> effects" }\n',
    );
    const run = await client.start({ file });
    await until(() => scene.effects().begins === 1);
    const { pid } = client.health;
    client.close();
    process.kill(pid, 'SIGTERM');
    await until(() => !alive(pid));
    const next = await scene.client();
    assert.equal((await next.show(run.id)).status, 'running');
    scene.write('release', '');
    await event(next, run.id, ({ type }) => type === 'run-finished');
    assert.equal((await next.show(run.id)).status, 'completed');
    assert.deepEqual(scene.effects(), { begins: 1, ends: 1 });
  });

  it('serves clients that start it at the same time from one process', async () => {
    await using scene = new Scene();
    const clients = await Promise.all([scene.client(), scene.client('assistant'), scene.client()]);
    assert.equal(new Set(clients.map(({ health }) => health.pid)).size, 1);
  });

  it('leaves no process behind when it is stopped after several clients started it', async function () {
    if (process.platform === 'win32') return this.skip();
    await using scene = new Scene();
    const [client] = await Promise.all([scene.client(), scene.client(), scene.client(), scene.client(), scene.client()]);
    assert.ok(client);
    const { pid } = client.health;
    const engines = () =>
      spawnSync('ps', ['-A', '-ww', '-o', 'stat=,args='], { encoding: 'utf8' })
        .stdout.split('\n')
        .filter((line) => line.includes(scene.state) && !line.startsWith('Z'));
    assert.equal(engines().length, 1, engines().join('\n'));
    await client.shutdown();
    client.close();
    await until(() => !alive(pid));
    assert.deepEqual(engines(), []);
  });

  it('keeps its files to its user', async () => {
    if (process.platform === 'win32') return;
    await using scene = new Scene();
    await scene.client();
    assert.equal(statSync(scene.state).mode & 0o777, 0o700);
    for (const file of ['daemon.json', 'tokens.json', 'engine.log'])
      assert.equal(statSync(join(scene.state, file)).mode & 0o777, 0o600, file);
  });

  it('is found again behind a daemon.json that is garbage, stale, or names a foreign server', async () => {
    await using scene = new Scene();
    mkdirSync(scene.state, { mode: 0o700 });
    const seen: (string | undefined)[] = [];
    const foreign = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{"product":"runwright","version":"1","protocol":1,"schema":1,"pid":1,"proof":"00"}');
    }).listen(0, '127.0.0.1');
    await once(foreign, 'listening');
    const { port } = foreign.address() as AddressInfo;
    for (const text of [
      '',
      '{"pid":',
      '[]',
      JSON.stringify({ pid: 1, port: 1, protocol: 1, version: '1' }),
      JSON.stringify({ pid: process.pid, port, protocol: 1, version: '1' }),
    ]) {
      writeFileSync(join(scene.state, 'daemon.json'), text);
      assert.deepEqual(await (await scene.client()).list(), []);
      await scene.kill();
    }
    assert.deepEqual(new Set(seen), new Set([undefined]));
    foreign.close();
  });

  it('says why it cannot use a state folder, and the client passes it on', async () => {
    await using scene = new Scene();
    const file = scene.write('plain-file', '');
    const { code, stderr } = await runEngine(join(file, 'state'));
    assert.equal(code, 5);
    assert.match(stderr, /The state folder .* cannot be used/);
    const blocked = join(scene.root, 'blocked');
    mkdirSync(join(blocked, 'daemon.json'), { recursive: true });
    const unplaced = await runEngine(blocked);
    assert.equal(unplaced.code, 5);
    assert.match(unplaced.stderr, /^The state folder .* cannot be used: .*\n$/);
    const broken = join(scene.root, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'journal.db'), 'this is no database, and it is long enough to be read as the header of one'.repeat(20));
    const client = connectEngine({
      stateFolder: broken,
      version: '0',
      start: { command: process.execPath, args: [engineFile], env: process.env },
    });
    await assert.rejects(
      client,
      (error) =>
        error instanceof EngineError && error.error.code === 'engine-unreachable' && /journal in .* cannot be read/.test(error.message),
    );
    assert.match(readFileSync(join(broken, 'journal.db'), 'utf8'), /^this is no database/);
  });

  it('refuses a folder that may not be written', async function () {
    // Root may write everywhere.
    if (process.platform === 'win32' || process.getuid?.() === 0) return this.skip();
    await using scene = new Scene();
    const state = join(scene.root, 'read-only');
    mkdirSync(state);
    chmodSync(scene.root, 0o500);
    try {
      const { code, stderr } = await runEngine(join(scene.root, 'new'));
      assert.deepEqual([code, /cannot be used/.test(stderr)], [5, true]);
    } finally {
      chmodSync(scene.root, 0o700);
    }
  });

  it('is not started where that was not asked for', async () => {
    const scene = new Scene();
    await assert.rejects(
      connectEngine({ stateFolder: scene.state, version: '0' }),
      (error) => error instanceof EngineError && error.error.code === 'engine-unreachable',
    );
    await scene[Symbol.asyncDispose]();
  });
});
