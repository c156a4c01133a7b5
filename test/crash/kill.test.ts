import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { EngineClient } from '../../client/client.ts';
import { EngineError } from '../../client/errors.ts';
import type { RunDetail } from '../../protocol/run.ts';
import { event, read, Scene, until } from './support.ts';

const effect = (name: string) => `echo ${name} >> effects`;

/** Steps s1 … sN, each leaving one line in `effects`. */
const chain = (count: number) => `runbook: v1
name: Chain
steps:
${Array.from({ length: count }, (_, index) => `  - { id: s${index + 1}, run: "${effect(`s${index + 1}`)}" }`).join('\n')}
`;

describe('engine killed with SIGKILL', () => {
  it('during a step: the step goes on, ran once, and the approval to come is still asked', async () => {
    await using scene = new Scene();
    let client = await scene.client();
    await client.setTrust(scene.workspace, true);
    const file = scene.write(
      'a.runbook.yaml',
      `runbook: v1
name: Slow
steps:
  - { id: first, run: "${effect('first')}" }
  - id: slow
    run: |
      ${effect('slow-begins')}
      while [ ! -e release ]; do sleep 0.02; done
      ${effect('slow-ends')}
      echo "word=kept" >> "$RUNWRIGHT_OUTPUT"
  - id: last
    approve: { message: Finish? }
    env: { WORD: "\${{ steps.slow.outputs.word }}" }
    run: echo "last-$WORD" >> effects
`,
    );
    const run = await client.start({ file });
    await until(() => read(join(scene.workspace, 'effects')).includes('slow-begins'));
    await scene.kill();

    client = await scene.client();
    assert.deepEqual(
      (await client.list()).map(({ id, status }) => [id, status]),
      [[run.id, 'running']],
    );
    scene.write('release', '');
    const asked = await event(client, run.id, ({ type }) => type === 'approval-requested');
    assert.deepEqual(scene.effects(), { first: 1, 'slow-begins': 1, 'slow-ends': 1 });

    await scene.kill();
    client = await scene.client();
    const [approval] = await client.approvals();
    assert.deepEqual([approval?.step, approval?.digest, approval?.status], ['last', asked.digest, 'pending']);

    const wrong = client.approve(run.id, { step: 'last', digest: '0'.repeat(64) });
    await assert.rejects(wrong, (error) => error instanceof EngineError && error.error.code === 'approval-stale' && error.status === 409);
    const assistant = await scene.client('assistant');
    const refused = assistant.approve(run.id, { step: 'last', digest: asked.digest ?? '' });
    await assert.rejects(refused, (error) => error instanceof EngineError && error.error.code === 'scope-missing' && error.status === 403);

    await client.approve(run.id, { step: 'last', digest: asked.digest ?? '' });
    await event(client, run.id, ({ type }) => type === 'run-finished');
    assert.equal((await client.show(run.id)).status, 'completed');
    assert.deepEqual(scene.effects(), { first: 1, 'slow-begins': 1, 'slow-ends': 1, 'last-kept': 1 });
  });

  it('together with the supervisor of its step: the script is ended, a person is asked, and the approval to come still is', async function () {
    if (process.platform !== 'linux') return this.skip();
    await using scene = new Scene();
    let client = await scene.client();
    await client.setTrust(scene.workspace, true);
    const file = scene.write(
      'a.runbook.yaml',
      `runbook: v1
name: Both
steps:
  - { id: first, run: "${effect('first')}" }
  - { id: slow, run: "${effect('slow')}; echo $$ > pid; exec sleep 300" }
  - { id: gate, approve: { message: Finish? } }
`,
    );
    const run = await client.start({ file });
    const pid = () => Number(read(join(scene.workspace, 'pid')));
    await until(() => pid() > 0);
    const supervisor = Number(/^PPid:\s*(\d+)/m.exec(read(`/proc/${pid()}/status`))?.[1]);
    await scene.kill();
    process.kill(supervisor, 'SIGKILL');
    client = await scene.client();
    await event(client, run.id, ({ type }) => type === 'step-unknown');
    assert.match(`${read(`/proc/${pid()}/stat`)} `, /^ $|\) Z /, 'the script lives on, unwatched');
    assert.equal((await client.show(run.id)).status, 'paused');
    await client.answer(run.id, { step: 'slow', answer: 'succeeded' });
    await event(client, run.id, ({ type }) => type === 'approval-requested');
    assert.deepEqual(scene.effects(), { first: 1, slow: 1 });
  });

  it('right after the attempt is in the journal: it runs once', async () => {
    for (const step of ['s1', 's2', 's3']) {
      await using scene = new Scene();
      const client = await scene.client();
      await client.setTrust(scene.workspace, true);
      const run = await client.start({ file: scene.write('a.runbook.yaml', chain(3)) });
      await event(client, run.id, (event) => event.type === 'step-started' && event.step === step);
      await scene.kill();
      // What ran, or did not, can always be told here: nobody is asked.
      const next = await scene.client();
      await event(next, run.id, ({ type }) => type === 'run-finished' || type === 'step-unknown');
      assert.equal((await next.show(run.id)).status, 'completed');
      assert.deepEqual(scene.effects(), { s1: 1, s2: 1, s3: 1 });
    }
  });

  it('between steps: the finished one does not run again', async () => {
    await using scene = new Scene();
    const client = await scene.client();
    await client.setTrust(scene.workspace, true);
    const run = await client.start({ file: scene.write('a.runbook.yaml', chain(3)) });
    await event(client, run.id, ({ type, step }) => type === 'step-succeeded' && step === 's1');
    await scene.kill();
    const ended = await finish(scene, run.id);
    assert.equal(ended.status, 'completed');
    assert.deepEqual(scene.effects(), { s1: 1, s2: 1, s3: 1 });
  });

  it('twenty times at changing places: every step took effect once', async () => {
    const steps = 30;
    await using scene = new Scene();
    let client = await scene.client();
    await client.setTrust(scene.workspace, true);
    const run = await client.start({ file: scene.write('a.runbook.yaml', chain(steps)) });
    let seed = 12345;
    let last = run.seq;
    for (let kill = 0; kill < 20; kill++) {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      let skip = 1 + (seed % 3);
      const at = await event(
        client,
        run.id,
        ({ type }) => type === 'run-finished' || type === 'step-unknown' || (type !== 'output' && --skip === 0),
        last,
      );
      if (at.type === 'run-finished') break;
      last = at.seq;
      await scene.kill();
      client = await scene.client();
      await answerUnknown(scene, client, await client.show(run.id));
    }
    const ended = await finish(scene, run.id);
    assert.equal(ended.status, 'completed');
    assert.deepEqual(scene.effects(), Object.fromEntries(Array.from({ length: steps }, (_, index) => [`s${index + 1}`, 1])));
  });
});

/** Follows the run to its end, answering as a person who looks at what is there. */
async function finish(scene: Scene, run: string): Promise<RunDetail> {
  const client = await scene.client();
  for (let last = 0; ; ) {
    const at = await event(client, run, ({ type }) => type === 'run-finished' || type === 'step-unknown', last);
    const shown = await client.show(run);
    if (at.type === 'run-finished') return shown;
    last = at.seq;
    await answerUnknown(scene, client, shown);
  }
}

async function answerUnknown(scene: Scene, client: EngineClient, shown: RunDetail): Promise<void> {
  for (const { kind, status, step } of shown.approvals) {
    if (kind !== 'unknown-outcome' || status !== 'pending') continue;
    await client.answer(shown.id, { step, answer: scene.effects()[step] ? 'succeeded' : 'repeat' });
  }
}
