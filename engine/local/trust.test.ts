import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../runbook/core/errors.ts';
import { openTrust } from './trust.ts';

describe('trusted folders', () => {
  let root = '';
  const at = (...parts: string[]) => join(root, ...parts);
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'runwright-trust-')));
    for (const folder of ['state', 'work/deep', 'work-other', 'outside']) mkdirSync(at(folder), { recursive: true });
    for (const file of ['work/a.runbook.yaml', 'work/deep/b.runbook.yaml', 'work-other/c.runbook.yaml', 'outside/d.runbook.yaml'])
      writeFileSync(at(file), '');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('trusts what lies under a trusted folder, until that is withdrawn', async () => {
    const trust = openTrust(at('state'));
    assert.equal(await trust.trusts(at('work/a.runbook.yaml')), false);
    await trust.add(at('work'));
    assert.equal(await trust.trusts(at('work/a.runbook.yaml')), true);
    assert.equal(await openTrust(at('state')).trusts(at('work/deep/b.runbook.yaml')), true);
    assert.equal(await trust.trusts(at('work')), true);
    await trust.remove(at('work'));
    assert.equal(await trust.trusts(at('work/a.runbook.yaml')), false);
    assert.equal(statSync(at('state/trusted.json')).mode & 0o777, 0o600);
  });

  it('is not fooled by names, dots and links', async () => {
    const trust = openTrust(at('state'));
    await trust.add(at('work'));
    symlinkSync(at('outside'), at('work/link'));
    symlinkSync(at('outside/d.runbook.yaml'), at('work/d.runbook.yaml'));
    symlinkSync(at('work'), at('way-in'));
    assert.equal(await trust.trusts(at('work-other/c.runbook.yaml')), false);
    assert.equal(await trust.trusts(`${at('work')}/../outside/d.runbook.yaml`), false);
    assert.equal(await trust.trusts(at('work/link/d.runbook.yaml')), false);
    assert.equal(await trust.trusts(at('work/d.runbook.yaml')), false);
    assert.equal(await trust.trusts(at('way-in/a.runbook.yaml')), true);
    assert.equal(await trust.trusts(at('work/missing.runbook.yaml')), false);
  });

  it('trusts the file that was opened, whatever its path leads to by then', async () => {
    const trust = openTrust(at('state'));
    await trust.add(at('work'));
    symlinkSync(at('outside/d.runbook.yaml'), at('work/swapped.runbook.yaml'));
    const handle = await open(at('work/swapped.runbook.yaml'));
    const opened = await handle.stat({ bigint: true });
    await handle.close();
    rmSync(at('work/swapped.runbook.yaml'));
    writeFileSync(at('work/swapped.runbook.yaml'), '');
    assert.equal(await trust.trusts(at('work/swapped.runbook.yaml')), true);
    assert.equal(await trust.trusts(at('work/swapped.runbook.yaml'), opened), false);
    assert.equal(await trust.trusts(at('work/swapped.runbook.yaml'), statSync(at('work/swapped.runbook.yaml'), { bigint: true })), true);
  });

  it('does not trust what a trusted folder was replaced with', async () => {
    const trust = openTrust(at('state'));
    await trust.add(at('work'));
    renameSync(at('work'), at('moved'));
    symlinkSync(at('outside'), at('work'));
    assert.equal(await trust.trusts(at('work/d.runbook.yaml')), false);
    assert.equal(await trust.trusts(at('outside/d.runbook.yaml')), false);
  });

  it('takes a folder by its real path, once, and withdraws one that is gone', async () => {
    symlinkSync(at('work'), at('way-in'));
    const trust = openTrust(at('state'));
    await Promise.all([trust.add(at('way-in')), trust.add(at('work')), trust.add(at('outside'))]);
    assert.deepEqual(await trust.folders(), [at('outside'), at('work')]);
    rmSync(at('outside'), { recursive: true });
    await trust.remove(at('outside'));
    assert.deepEqual(await trust.folders(), [at('work')]);
    await assert.rejects(trust.add('.'), (error) => error instanceof ProblemError && error.problem.code === 'request-invalid');
    await assert.rejects(trust.add(at('nowhere')), (error) => error instanceof ProblemError && error.problem.code === 'file-missing');
  });

  it('trusts nothing by a damaged list', async () => {
    for (const text of ['', '{', '{"0":"/"}', '[1, null, "relative"]']) {
      writeFileSync(at('state/trusted.json'), text);
      assert.equal(await openTrust(at('state')).trusts(at('work/a.runbook.yaml')), false);
      assert.deepEqual(await openTrust(at('state')).folders(), []);
    }
  });

  it('trusts the root only when told to', async () => {
    const trust = openTrust(at('state'));
    await trust.add('/');
    assert.equal(await trust.trusts(at('outside/d.runbook.yaml')), true);
  });
});
