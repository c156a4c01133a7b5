import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../../protocol/run.ts';
import type { ActionManifest } from '../../runbook/core/action.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Step } from '../../runbook/core/model.ts';
import { Journal } from './journal/journal.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { eventOf, fakeSecrets, harness, person, succeeded } from './support/harness.ts';

const manifest = (name: string, idempotent: ActionManifest['idempotent'], risk: ActionManifest['risk'] = 'low'): ActionManifest => ({
  name,
  description: name,
  category: 'investigation',
  complexity: 'simple',
  risk,
  idempotent,
  inputs: {},
  outputs: {},
  estimate: 1,
});

describe('the result of a step that only reads', () => {
  let held: ReturnType<typeof temporaryFolder>;
  let journal: Journal;
  let now = 1_000_000;
  beforeEach(() => {
    held = temporaryFolder();
    journal = new Journal(held.folder);
    now = 1_000_000;
  });
  afterEach(() => {
    journal.close();
    held[Symbol.dispose]();
  });

  function lookup(more: Partial<Step> = {}, input: Record<string, Json> = { ip: '${{ inputs.ip }}' }, action = 'net/whois'): Step {
    return scriptStep('whois', '', {
      verb: { kind: 'uses', action, with: input },
      cache: { key: 'rdap-${{ inputs.ip }}', ttl: '1h' },
      ...more,
    });
  }

  async function engine(step: Step, token = 'version-one') {
    const file = join(held.folder, 'a.runbook.yaml');
    await writeFile(file, 'x');
    const secrets = fakeSecrets({ TOKEN: { value: token, version: token.length } });
    const made = harness({ folder: held.folder, journal, runbook: runbookOf([step], { secrets: ['TOKEN'] }), secrets, now: () => now });
    Object.assign(made.parts.actions, {
      'net/whois': { manifest: manifest('net/whois', true), code: 'code-1' },
      'net/block': { manifest: manifest('net/block', true, 'high'), code: 'code-1' },
      'net/call': { manifest: manifest('net/call', { input: 'method', in: ['GET'], default: true }, 'medium'), code: 'code-1' },
    });
    const start = async (inputs: Record<string, Json> = { ip: '192.0.2.7' }) => made.runtime.start({ file, inputs }, person);
    /** Starts a run whose attempt ends with these outputs, and answers what became of it; without outputs none may be asked for. */
    const run = async (outputs?: Record<string, Json>, inputs?: Record<string, Json>) => {
      const before = made.connector.attempts.length;
      const { id } = await start(inputs);
      if (outputs !== undefined) {
        await made.connector.reached(before + 1);
        made.connector.attempts[before]?.end(succeeded(outputs));
      }
      await eventOf(made.runtime, id, 'run-finished');
      assert.equal(made.connector.attempts.length, before + (outputs === undefined ? 0 : 1));
      return made.runtime.show(id);
    };
    return { ...made, run, start };
  }

  it('is used again while it is fresh, and the run says so', async () => {
    const { run, runtime } = await engine(lookup({ outputs: { upper: '${{ result.owner }}!' } }));
    await run({ owner: 'ann' });
    now += 3_599_000;
    const hit = await run();
    assert.deepEqual(hit.steps[0]?.outputs, { owner: 'ann', upper: 'ann!' });
    assert.equal(hit.steps[0]?.cachedAt, new Date(1_000_000).toISOString());
    const said = await new Promise<string | undefined>((resolve) => {
      const event = ({ type, cachedAt }: RunEvent) => type === 'step-succeeded' && resolve(cachedAt);
      runtime.follow({ run: hit.id, after: 0 }, { event, live: () => undefined });
    });
    assert.equal(said, new Date(1_000_000).toISOString());
    now += 1000;
    assert.equal((await run({ owner: 'bob' })).steps[0]?.cachedAt, undefined, 'and not a millisecond longer');
  });

  it('is another one for another input, secret, action or key', async () => {
    const one = await engine(lookup({}, { ip: 'fixed', token: '${{ secrets.TOKEN }}' }));
    await one.run({ n: 1 });
    await one.run({ n: 2 }, { ip: '192.0.2.8' });
    const rotated = await engine(lookup({}, { ip: 'fixed', token: '${{ secrets.TOKEN }}' }), 'another version');
    await rotated.run({ n: 3 });
    const changed = await engine(lookup({}, { ip: 'fixed', token: '${{ secrets.TOKEN }}' }));
    Object.assign(changed.parts.actions, { 'net/whois': { manifest: manifest('net/whois', true), code: 'code-2' } });
    await changed.run({ n: 4 });
    assert.equal((await (await engine(lookup({}, { ip: 'fixed', token: '${{ secrets.TOKEN }}' }))).run()).steps[0]?.outputs?.n, 1);
  });

  it('survives the engine, and a rebuilt view', async () => {
    await (await engine(lookup())).run({ owner: 'ann' });
    journal.close();
    journal = new Journal(held.folder);
    journal.rebuild();
    const { run } = await engine(lookup());
    const hit = await run();
    journal.rebuild();
    assert.equal(hit.steps[0]?.outputs?.owner, 'ann');
  });

  it('is not used where the action changes something, whatever the runbook says', async () => {
    const block = await engine(lookup({ idempotent: true }, undefined, 'net/block'));
    const { id } = await block.start();
    const [asked] = await block.runtime.approvals();
    assert(asked);
    await block.runtime.approve(id, { step: 'whois', digest: asked.digest }, person);
    await block.connector.reached(1);
    block.connector.attempts[0]?.end(succeeded({}));
    await eventOf(block.runtime, id, 'run-finished');
    assert.equal(journal.db.prepare('SELECT COUNT(*) AS n FROM cached_results').get()?.n, 0);
    const post = await engine(lookup({}, { method: 'POST' }, 'net/call'));
    await post.run({ n: 1 });
    await post.run({ n: 2 });
    const get = await engine(lookup({}, { method: 'GET' }, 'net/call'));
    await get.run({ n: 1 });
    await get.run();
  });

  it('is not kept of a failure, of secret outputs, nor used from the future', async () => {
    const failing = await engine(lookup());
    const { id } = await failing.start();
    await failing.connector.reached(1);
    failing.connector.attempts[0]?.end({ kind: 'failed', error: { code: 'internal', class: 'unknown', message: 'm', remedy: 'r' } });
    await eventOf(failing.runtime, id, 'run-finished');
    await failing.run({ owner: 'ann' });
    now -= 3_600_000;
    await failing.run({ owner: 'earlier' });
    const secret = await engine(lookup({ secretOutputs: ['owner'] }, { ip: 'other' }));
    await secret.run({ owner: 'keep me' });
    await secret.run({ owner: 'keep me' });
    assert.equal(JSON.stringify(journal.db.prepare('SELECT outputs FROM cached_results').all()).includes('keep me'), false);
  });

  it('goes with its time, and with what `prune` takes', async () => {
    const rows = () => journal.db.prepare('SELECT COUNT(*) AS n FROM cached_results').get()?.n;
    const { run, runtime } = await engine(lookup());
    await run({ n: 1 });
    now += 3_600_000;
    await run({ n: 2 }, { ip: '192.0.2.9' });
    assert.equal(rows(), 1, 'what ran out made room');
    now += 10;
    await runtime.upkeep.prune(5, false);
    assert.equal(rows(), 0);
  });
});
