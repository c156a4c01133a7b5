import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Step } from '../../runbook/core/model.ts';
import { Journal } from './journal/journal.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { eventOf, fakeSecrets, harness, person, succeeded } from './support/harness.ts';

/** A store that gives nothing while it is locked. */
function lockable() {
  const store = fakeSecrets({ token: { value: 'hunter2-hunter2', version: 1 } });
  const gate = { locked: true, asked: (): void => undefined };
  const check = () => {
    gate.asked();
    if (gate.locked) throw new ProblemError(problem('secrets-locked', { why: 'its key file is gone' }));
  };
  const secrets = {
    ...store,
    get: async (name: string) => {
      check();
      return store.get(name);
    },
    derivedKey: async (purpose: string) => {
      check();
      return store.derivedKey(purpose);
    },
    unlock: async () => {
      gate.locked = false;
    },
  };
  return { secrets, gate };
}

const secretStep = (path: string, more: Partial<Step> = {}): Step => scriptStep(path, 'x', { env: { T: '${{ secrets.token }}' }, ...more });

function scene(steps: readonly Step[]) {
  const dir = temporaryFolder();
  const file = join(dir.folder, 'a.runbook.yaml');
  writeFileSync(file, 'runbook: v1\n');
  const { secrets, gate } = lockable();
  const runbook = runbookOf(steps, { secrets: ['token'] });
  let journal = new Journal(dir.folder);
  const open = () => harness({ folder: dir.folder, journal, runbook, secrets });
  return {
    file,
    gate,
    open,
    reopen() {
      journal.close();
      journal = new Journal(dir.folder);
      return open();
    },
    rebuild: () => journal.rebuild(),
    [Symbol.dispose]() {
      journal.close();
      dir[Symbol.dispose]();
    },
  };
}

describe('A step whose secrets are locked up', () => {
  it('waits with the reason, its approval kept, and begins with resume when the store is open', async () => {
    using it = scene([secretStep('one', { approve: {}, retry: { attempts: 2, on: ['any'] } })]);
    const { runtime, connector } = it.open();
    const { id } = await runtime.start({ file: it.file }, person);
    const [asked] = (await runtime.show(id)).approvals;
    await runtime.approve(id, { step: 'one', digest: asked?.digest ?? '' }, person);
    await eventOf(runtime, id, 'step-held');
    const held = await runtime.show(id);
    assert.deepEqual([held.status, held.steps[0]?.status, held.steps[0]?.error?.code], ['paused', 'running', 'secrets-locked']);
    assert.equal(held.steps[0]?.attempts, 0);
    assert.equal(connector.attempts.length, 0);
    it.rebuild();
    assert.deepEqual(await runtime.show(id), held);

    it.gate.locked = false;
    await runtime.resume(id, {}, person);
    await connector.reached(1);
    const [first] = connector.attempts;
    assert.deepEqual([first?.attempt.attempt, first?.how], [1, 'run']);
    first?.end(succeeded());
    await eventOf(runtime, id, 'run-finished');
    const { status, steps, approvals } = await runtime.show(id);
    assert.deepEqual([status, steps[0]?.error, approvals.length], ['completed', undefined, 1]);
  });

  it('is held again as long as the store stays locked', async () => {
    using it = scene([secretStep('one')]);
    const { runtime, connector } = it.open();
    const { id } = await runtime.start({ file: it.file }, person);
    await eventOf(runtime, id, 'step-held');
    const { seq } = await runtime.show(id);
    await runtime.resume(id, {}, person);
    await new Promise<void>((resolve) => {
      runtime.follow({ run: id, after: seq }, { event: ({ type }) => type === 'step-held' && resolve(), live: () => undefined });
    });
    assert.equal((await runtime.show(id)).status, 'paused');
    assert.equal(connector.attempts.length, 0);
  });

  it('goes on by itself when the key is handed over, and with an engine that starts with it', async () => {
    for (const how of ['handed over', 'started with it'] as const) {
      using it = scene([secretStep('one')]);
      const before = it.open();
      const { id } = await before.runtime.start({ file: it.file }, person);
      await eventOf(before.runtime, id, 'step-held');
      const { runtime, connector } = it.reopen();
      if (how === 'started with it') it.gate.locked = false;
      await runtime.recover();
      if (how === 'handed over') {
        assert.equal((await runtime.show(id)).status, 'paused');
        await runtime.unlockSecrets('k'.repeat(64), 'client');
      }
      await connector.reached(1);
      connector.attempts[0]?.end(succeeded());
      await eventOf(runtime, id, 'run-finished');
    }
  });

  it('can be cancelled and skipped, and steps beside it go on', async () => {
    using it = scene([secretStep('one', { needs: [] }), scriptStep('two', 'b', { needs: [] })]);
    const { runtime, connector } = it.open();
    const { id } = await runtime.start({ file: it.file }, person);
    await eventOf(runtime, id, 'step-held');
    await connector.reached(1);
    connector.attempts[0]?.end(succeeded());
    await eventOf(runtime, id, 'step-succeeded');
    const skipped = await runtime.skip(id, { step: 'one' }, person);
    assert.deepEqual([skipped.status, skipped.steps.map(({ status }) => status)], ['completed', ['skipped', 'succeeded']]);

    const second = await runtime.start({ file: it.file }, person);
    await eventOf(runtime, second.id, 'step-held');
    await connector.reached(2);
    connector.attempts[1]?.end(succeeded());
    await eventOf(runtime, second.id, 'step-succeeded');
    const cancelled = await runtime.cancel(second.id, 'api', person);
    assert.deepEqual([cancelled.status, cancelled.steps[0]?.status], ['cancelled', 'cancelled']);
  });

  it('is adopted, where it was under way, only when what it writes can be hidden', async () => {
    using it = scene([secretStep('one')]);
    it.gate.locked = false;
    const before = it.open();
    const { id } = await before.runtime.start({ file: it.file }, person);
    await before.connector.reached(1);
    it.gate.locked = true;
    const { runtime, connector, logged } = it.reopen();
    const asked = new Promise<void>((resolve) => {
      it.gate.asked = resolve;
    });
    await runtime.recover();
    await asked;
    assert.equal((await runtime.show(id)).status, 'running');
    assert.equal(connector.attempts.length, 0);
    it.gate.locked = false;
    await connector.reached(1);
    assert.equal(connector.attempts[0]?.how, 'recover');
    assert.deepEqual(connector.attempts[0]?.attempt.secrets, ['hunter2-hunter2']);
    assert.ok(logged.some((line) => line.includes('waits until the secret store')));
    connector.attempts[0]?.end(succeeded());
    await eventOf(runtime, id, 'run-finished');
  });
});
