import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { connectEngine } from '../../client/connect.ts';
import { EngineError } from '../../client/errors.ts';
import { alive, engineFile, event, newerEngineFile, read, Scene, until } from './support.ts';

const connect = (scene: Scene, version: string, engine: string, token: 'person' | 'assistant' = 'person') =>
  connectEngine({
    stateFolder: scene.state,
    version,
    token,
    start: { command: process.execPath, args: [engine], env: { ...process.env, RUNWRIGHT_IDLE: '60' } },
  });

describe('an engine of another version', () => {
  it('that is older hands its runs over to the newer one: nothing is lost, nothing runs twice, its copy goes', async () => {
    await using scene = new Scene(newerEngineFile);
    const older = await connect(scene, '0.1.0', engineFile);
    await older.setTrust(scene.workspace, true);
    const file = scene.write(
      'a.runbook.yaml',
      `runbook: v1
name: A
steps:
  - { id: s, run: "echo begins >> effects; while [ ! -e release ]; do sleep 0.02; done; echo ends >> effects" }
  - { id: t, run: "echo next >> effects" }
`,
    );
    const run = await older.start({ file });
    await until(() => scene.effects().begins === 1);
    const { pid, version } = older.health;
    assert.notEqual(version, '99.0.0');
    older.close();

    // A program that may not approve takes what is there.
    const assistant = await connect(scene, '99.0.0', newerEngineFile, 'assistant');
    assert.equal(assistant.health.pid, pid);
    assistant.close();
    const newer = await connect(scene, '99.0.0', newerEngineFile);
    assert.deepEqual([newer.health.version, alive(pid)], ['99.0.0', false]);
    assert.equal((await newer.show(run.id)).status, 'running');
    scene.write('release', '');
    await event(newer, run.id, ({ type }) => type === 'run-finished');
    assert.deepEqual(scene.effects(), { begins: 1, ends: 1, next: 1 });
    await until(() => readdirSync(join(scene.state, 'engine')).length === 1);
    assert.match(readdirSync(join(scene.state, 'engine'))[0] ?? '', /^99\.0\.0-/);

    // And an older client uses the newer engine.
    const late = await connect(scene, '0.1.0', engineFile);
    assert.equal(late.health.version, '99.0.0');
    newer.close();
    late.close();
  });

  it('that speaks a newer protocol refuses an older client with one sentence', async () => {
    await using scene = new Scene();
    const client = await scene.client();
    const place = readFileSync(join(scene.state, 'daemon.json'), 'utf8');
    const { identity } = JSON.parse(readFileSync(join(scene.state, 'tokens.json'), 'utf8')) as { identity: string };
    const server = createServer((request, response) => {
      const nonce = new URL(request.url ?? '', 'http://x').searchParams.get('nonce') ?? '';
      const proof = createHmac('sha256', identity).update(nonce).digest('hex');
      response.end(JSON.stringify({ ...client.health, protocol: 1000, version: '99.0.0', proof }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    mkdirSync(scene.state, { recursive: true });
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(scene.state, 'daemon.json'), JSON.stringify({ ...JSON.parse(place), port, protocol: 1000 }));
    await assert.rejects(
      connect(scene, '0.1.0', engineFile),
      (error) =>
        error instanceof EngineError &&
        error.error.code === 'engine-other-version' &&
        /protocol 1000, this client \d+\.$/.test(error.message),
    );
    server.close();
    writeFileSync(join(scene.state, 'daemon.json'), place);
  });

  it('that speaks an older protocol is drained by who may replace it, refused by who may not, and its runs go on', async () => {
    await using scene = new Scene();
    const before = await scene.client();
    await before.setTrust(scene.workspace, true);
    const file = scene.write('a.runbook.yaml', 'runbook: v1\nname: A\nsteps:\n  - { id: gate, approve: true }\n');
    const run = await before.start({ file });
    await before.shutdown();
    before.close();
    await until(() => !alive(before.health.pid));
    // What an engine of that protocol would be asked, and all that it need understand.
    const older = spawn(process.execPath, [join(import.meta.dirname, 'fake-older-daemon.ts')], {
      env: { ...process.env, RUNWRIGHT_STATE: scene.state },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(older, 'exit');
    await once(older.stdout, 'data');
    const other = (error: unknown) => error instanceof EngineError && error.error.code === 'engine-other-version';
    await assert.rejects(connect(scene, '99.0.0', engineFile, 'assistant'), other);
    await assert.rejects(connectEngine({ stateFolder: scene.state, version: '99.0.0' }), other, 'who starts nothing stops nothing');
    const newer = await connect(scene, '99.0.0', engineFile);
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual([...new Set(read(join(scene.state, 'asked')).trim().split('\n'))], ['GET /health', 'POST /v1/shutdown']);
    assert.equal((await newer.show(run.id)).status, 'waiting_approval');
    newer.close();
  });
});
