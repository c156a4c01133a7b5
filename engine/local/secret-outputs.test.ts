import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { Runbook } from '../../runbook/core/model.ts';
import { Journal } from './journal/journal.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { eventOf, harness, person, succeeded } from './support/harness.ts';

const token = 'tok-9f3e7a-canary';
const use = scriptStep('use', 'curl', { env: { T: 'Bearer ${{ steps.login.outputs.token }}' } });

function scene(runbook: Runbook) {
  const dir = temporaryFolder();
  const file = join(dir.folder, 'a.runbook.yaml');
  writeFileSync(file, 'runbook: v1\n');
  let journal = new Journal(dir.folder);
  return {
    file,
    folder: dir.folder,
    open: () => harness({ folder: dir.folder, journal, runbook }),
    /** As after SIGKILL. */
    reopen() {
      journal.close();
      journal = new Journal(dir.folder);
      return harness({ folder: dir.folder, journal, runbook });
    },
    found: () =>
      readdirSync(dir.folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => readFileSync(path, 'latin1').includes(token)),
    [Symbol.dispose]() {
      journal.close();
      dir[Symbol.dispose]();
    },
  };
}

describe('secret outputs of a run', () => {
  const login = scriptStep('login', 'a', { secretOutputs: ['token'] });

  it('reach the step that uses them and hide there, and are in no file, also after a restart', async () => {
    using it = scene(runbookOf([login, use]));
    const before = it.open();
    const { id } = await before.runtime.start({ file: it.file }, person);
    await before.connector.reached(1);
    assert.deepEqual(before.connector.attempts[0]?.attempt.secretOutputs?.names, ['token']);
    before.connector.attempts[0]?.end(succeeded({ Token: token, stdout: `got ${token}`, n: 1 }));
    await before.connector.reached(2);
    const first = before.connector.attempts[1]?.attempt;
    assert.ok(first?.secrets.includes(token));
    assert.equal(first?.request.kind === 'script' && first.request.env.T, `Bearer ${token}`);
    assert.deepEqual((await before.runtime.show(id)).steps[0]?.outputs, { stdout: 'got ***', n: 1 });

    const { runtime, connector } = it.reopen();
    await runtime.recover();
    await connector.reached(1);
    assert.ok(connector.attempts[0]?.attempt.secrets.includes(token));
    connector.attempts[0]?.end(succeeded());
    await eventOf(runtime, id, 'run-finished');
    assert.equal((await runtime.show(id)).status, 'completed');
    assert.deepEqual(it.found(), []);
    await runtime.upkeep.prune(-60_000, false);
    assert.deepEqual(readdirSync(join(it.folder, 'runs')), []);
  });

  it('of JSON are used in parts, and each part hides', async () => {
    const part = scriptStep('use', 'x', { env: { T: '${{ steps.login.outputs.json.access.key }}' } });
    using it = scene(runbookOf([scriptStep('login', 'a', { secretOutputs: ['json', 'body'] }), part]));
    const { runtime, connector } = it.open();
    await runtime.start({ file: it.file }, person);
    await connector.reached(1);
    connector.attempts[0]?.end(succeeded({ json: { access: { key: token } }, body: '', status: 200 }));
    await connector.reached(2);
    const { attempt } = connector.attempts[1] ?? {};
    assert.equal(attempt?.request.kind === 'script' && attempt.request.env.T, token);
    assert.ok(attempt?.secrets.includes(token));
    assert.deepEqual(it.found(), []);
  });

  it('that cannot be hidden fail the step, and a part that is not there the one that uses it', async () => {
    const part = scriptStep('use', 'x', { env: { T: '${{ steps.login.outputs.token.none }}' } });
    using it = scene(runbookOf([login, part]));
    const { runtime, connector } = it.open();
    const short = await runtime.start({ file: it.file }, person);
    await connector.reached(1);
    connector.attempts[0]?.end(succeeded({ token: '12345' }));
    await eventOf(runtime, short.id, 'run-finished');
    assert.deepEqual(
      (await runtime.show(short.id)).errors.map(({ code }) => code),
      ['secret-output-short'],
    );
    const wrong = await runtime.start({ file: it.file }, person);
    await connector.reached(2);
    connector.attempts[1]?.end(succeeded({ token }));
    await eventOf(runtime, wrong.id, 'run-finished');
    assert.deepEqual(
      (await runtime.show(wrong.id)).errors.map(({ code }) => code),
      ['secret-output-part'],
    );
  });

  it('that were taken away or changed on the disk fail what needs them', async () => {
    using it = scene(runbookOf([login, scriptStep('gate', '', { verb: { kind: 'approve', approval: {} } }), use]));
    const before = it.open();
    const { id } = await before.runtime.start({ file: it.file }, person);
    await before.connector.reached(1);
    const folder = before.connector.attempts[0]?.attempt.folder ?? '';
    before.connector.attempts[0]?.end(succeeded({ token }));
    await eventOf(before.runtime, id, 'approval-requested');
    rmSync(join(folder, 'secret-outputs.json'));
    const { runtime } = it.reopen();
    await runtime.recover();
    const [question] = await runtime.approvals();
    await runtime.approve(id, { step: 'gate', digest: question?.digest ?? '' }, person);
    await eventOf(runtime, id, 'run-finished');
    assert.deepEqual(
      (await runtime.show(id)).errors.map(({ code }) => code),
      ['secret-output-lost'],
    );
  });
});
