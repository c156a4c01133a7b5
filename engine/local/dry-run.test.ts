import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionManifest } from '../../runbook/core/action.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { Journal } from './journal/journal.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { assistant, fakeSecrets, harness, person, succeeded } from './support/harness.ts';

const manifest = (name: string, check: boolean): ActionManifest => ({
  name,
  description: name,
  category: 'containment',
  complexity: 'simple',
  risk: 'high',
  idempotent: false,
  ...(check ? { check } : {}),
  touches: [{ what: 'address', input: 'ip' }],
  inputs: {},
  outputs: {},
  estimate: 1,
});

describe('a dry run in the engine', () => {
  let folder: string;
  let journal: Journal;
  let held: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    held = temporaryFolder();
    folder = held.folder;
    journal = new Journal(folder);
  });
  afterEach(() => {
    journal.close();
    held[Symbol.dispose]();
  });

  const use = (id: string, action: string, ip: string) =>
    scriptStep(id, '', { verb: { kind: 'uses', action, with: { ip, token: '${{ secrets.TOKEN }}' } } });

  async function engine(runbook: Runbook, trusted = true) {
    const file = join(folder, 'a.runbook.yaml');
    await writeFile(file, 'x');
    const secrets = fakeSecrets({ TOKEN: { value: 'hush-hush-hush', version: 1 } });
    const made = harness({ folder, journal, runbook: { ...runbook, secrets: ['TOKEN'] }, secrets, trusted });
    const actions = {
      'net/block': { manifest: manifest('net/block', true), code: 'c' },
      'net/plain': { manifest: manifest('net/plain', false), code: 'c' },
    };
    Object.assign(made.parts.actions, actions);
    return { ...made, file };
  }

  it('runs what can check itself with `check: true`, and nothing else', async () => {
    const steps = [use('block', 'net/block', '192.0.2.7'), use('plain', 'net/plain', '192.0.2.8'), scriptStep('script', 'touch /tmp/x')];
    const { runtime, connector, file } = await engine(runbookOf(steps));
    const looking = runtime.dryRun({ file }, person);
    await connector.reached(1);
    const [asked] = connector.attempts;
    assert(asked?.attempt.request.kind === 'action');
    assert.deepEqual(asked.attempt.request.with, { ip: '192.0.2.7', token: 'hush-hush-hush', check: true });
    assert.deepEqual(asked.attempt.secrets, ['hush-hush-hush']);
    asked.end(succeeded({ would: 'add one rule' }));
    const plan = await looking;
    assert.equal(connector.attempts.length, 1);
    assert.deepEqual(
      plan.steps.map(({ id, will }) => [id, will]),
      [
        ['block', 'run'],
        ['plain', 'run'],
        ['script', 'run'],
      ],
    );
    assert.deepEqual(plan.steps[0]?.check, { status: 'succeeded', outputs: { would: 'add one rule' } });
    assert.deepEqual(plan.steps[0]?.touches, [{ what: 'address', value: '192.0.2.7' }]);
    assert.equal(plan.steps[0]?.asks?.reason, 'policy');
    assert.equal(JSON.stringify(plan).includes('hush-hush'), false);
    assert.match(JSON.stringify(plan.steps[0]?.request), /\*\*\*TOKEN\*\*\*/);
    assert.deepEqual(await runtime.list({}), [], 'there is no run');
    assert.deepEqual(existsSync(join(folder, 'runs')) ? await readdir(join(folder, 'runs')) : [], [], 'nothing is left of it');
  });

  it('says that a step would fail when its check does', async () => {
    const { runtime, connector, file } = await engine(runbookOf([use('block', 'net/block', '192.0.2.7')]));
    const looking = runtime.dryRun({ file }, person);
    await connector.reached(1);
    connector.attempts[0]?.end({ kind: 'failed', error: problem('engine-stopping') });
    const { steps } = await looking;
    assert.deepEqual([steps[0]?.will, steps[0]?.check?.status, steps[0]?.error?.code], ['fail', 'failed', 'engine-stopping']);
  });

  it('checks nothing that is known later, that may not come, or that stands in a folder nobody trusts', async () => {
    const known = use('block', 'net/block', '192.0.2.7');
    const steps = [
      scriptStep('a', 'true'),
      { ...use('later', 'net/block', '${{ steps.a.outputs.ip }}') },
      { ...known, if: "steps.a.outputs.x == '1'" },
    ];
    const open = await engine(runbookOf(steps));
    const plan = await open.runtime.dryRun({ file: open.file }, person);
    assert.deepEqual(
      plan.steps.map(({ check }) => check?.status),
      [undefined, 'not-run', 'not-run'],
    );
    const closed = await engine(runbookOf([known]), false);
    const looked = await closed.runtime.dryRun({ file: closed.file }, person);
    assert.deepEqual([looked.trusted, looked.steps[0]?.check?.status], [false, 'not-run']);
    assert.equal(open.connector.attempts.length + closed.connector.attempts.length, 0);
  });

  it('lets who may not approve look only where the folder is trusted, and checks nothing for them', async () => {
    const closed = await engine(runbookOf([use('block', 'net/block', '192.0.2.7')]), false);
    await assert.rejects(
      closed.runtime.dryRun({ file: closed.file }, assistant),
      (error) => error instanceof ProblemError && error.problem.code === 'folder-untrusted',
    );
    const open = await engine(runbookOf([use('block', 'net/block', '192.0.2.7')]));
    const { steps } = await open.runtime.dryRun({ file: open.file }, assistant);
    assert.deepEqual([steps[0]?.check?.status, open.connector.attempts.length], ['not-run', 0]);
  });
});
