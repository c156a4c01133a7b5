import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { event, read, Scene, until } from './support.ts';

const book = `runbook: v1
name: Locked
secrets: [token]
steps:
  - { id: first, run: "echo first >> effects" }
  - { id: use, env: { T: '\${{ secrets.token }}' }, run: 'echo "use $T" >> effects' }
  - { id: last, run: "echo last >> effects" }
`;

describe('an engine whose secrets are locked up', () => {
  it('holds the step over kills, and goes on when the key is handed over, which is written nowhere', async () => {
    await using scene = new Scene();
    let client = await scene.client();
    await client.setTrust(scene.workspace, true);
    await client.putSecret('token', 'some-value');
    const key = readFileSync(join(scene.state, 'secrets.key'), 'utf8').trim();
    await client.unlockSecrets(key, 'client');
    await scene.kill();

    client = await scene.client();
    const run = await client.start({ file: scene.write('a.runbook.yaml', book) });
    await event(client, run.id, ({ type }) => type === 'step-held');
    await scene.kill();
    client = await scene.client();
    const held = await client.show(run.id);
    assert.deepEqual([held.status, held.steps[1]?.error?.code, held.steps[1]?.attempts], ['paused', 'secrets-locked', 0]);
    assert.deepEqual(scene.effects(), { first: 1 });

    const assistant = await scene.client('assistant');
    await assert.rejects(assistant.unlockSecrets(key, 'client'), /approve/);
    await client.unlockSecrets(key, 'client');
    await event(client, run.id, ({ type }) => type === 'run-finished');
    assert.equal((await client.show(run.id)).status, 'completed');
    assert.deepEqual(scene.effects(), { first: 1, 'use some-value': 1, last: 1 });
    for (const name of readdirSync(scene.state, { recursive: true, encoding: 'utf8' }))
      assert.ok(!read(join(scene.state, name)).includes(key), `${name} has the key`);
    if (process.platform === 'linux') assert.ok(!read(`/proc/${client.health.pid}/environ`).includes(key));
  });

  it('takes up what ran when it was killed only once it can hide its output', async () => {
    await using scene = new Scene();
    let client = await scene.client();
    await client.setTrust(scene.workspace, true);
    await client.putSecret('token', 'some-value');
    const key = readFileSync(join(scene.state, 'secrets.key'), 'utf8').trim();
    await client.unlockSecrets(key, 'client');
    const slow = book.replace(
      '\'echo "use $T" >> effects\'',
      '\'echo begins >> effects; while [ ! -e release ]; do sleep 0.02; done; echo "use $T"\'',
    );
    const run = await client.start({ file: scene.write('a.runbook.yaml', slow) });
    await until(() => scene.effects().begins === 1);
    await scene.kill();
    scene.write('release', '');
    client = await scene.client();
    await until(() => read(join(scene.state, 'engine.log')).includes('waits until the secret store'));
    assert.equal((await client.show(run.id)).steps[1]?.status, 'running');
    await client.unlockSecrets(key, 'client');
    await event(client, run.id, ({ type }) => type === 'run-finished');
    assert.equal((await client.show(run.id)).status, 'completed');
    assert.deepEqual(scene.effects(), { first: 1, begins: 1, last: 1 });
    assert.match((await client.output(run.id, 'use')).stdout, /^use \*+/);
  });
});
