import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventsOf, exit, type Last, sandboxes } from './support.ts';

/** By default settings on whatever machine this is: no privilege, no network, nothing configured but what the samples bring along. */
describe('samples of security', function () {
  this.timeout(60_000);
  const sandbox = sandboxes();
  const run = async (name: string, ...args: readonly string[]) => {
    const { code, stdout, stderr } = await sandbox().run(['run', `samples/${name}.runbook.yaml`, '--json', ...args]);
    return { code, stderr, ...eventsOf(stdout) };
  };
  const text = (...path: readonly string[]) => readFile(join(sandbox().samples, ...path), 'utf8');
  const blocked = () => text('.runwright/lists/blocked.txt').catch(() => '');
  const stepOf = (last: Last, id: string) => last.steps.find((step) => step.id === id);

  it('contain an address: blocks what is known, and tells', async () => {
    const { code, last, stderr } = await run('contain-an-address');
    assert.equal(code, exit.completed, stderr);
    assert.deepEqual([last.outputs.blocked, last.outputs.score], [true, 67]);
    assert.equal(await blocked(), '203.0.113.7\n');
    assert.equal(stepOf(last, 'verify/blocked')?.status, 'succeeded');
    assert.equal(stepOf(last, 'tell')?.status, 'succeeded');
  });

  it('contain an address: leaves alone what nothing is known about', async () => {
    const { code, last } = await run('contain-an-address', '--input', 'ip=198.51.100.4');
    assert.equal(code, exit.completed);
    assert.deepEqual([last.outputs.blocked, stepOf(last, 'block')?.status, await blocked()], [false, 'skipped', '']);
  });

  it('contain an address: lifts its own block, and no other, when a check behind it fails', async () => {
    await run('contain-an-address', '--input', 'ip=2001:db8:bad::1');
    const { code, last } = await run('contain-an-address', '--input', 'health=http://127.0.0.1:4/');
    assert.deepEqual([code, last.status, last.rollback], [exit.failed, 'failed', 'full']);
    assert.equal(await blocked(), '2001:db8:bad::1\n');
  });

  it('contain an address: a feed that is a web page ends it before anything is blocked', async () => {
    await writeFile(join(sandbox().samples, '.runwright/feeds/sample-feed.csv'), '<!doctype html><title>Sign in</title>');
    const { code, last } = await run('contain-an-address');
    assert.equal(code, exit.failed);
    assert.match(stepOf(last, 'lookup')?.error?.message ?? '', /sample-feed.*web page/);
    assert.equal(await blocked(), '');
  });

  it('isolate and investigate: asks, seals evidence, releases', async () => {
    const asked = await run('isolate-and-investigate');
    assert.equal(asked.code, exit.waiting, 'the risk of an isolation asks by itself');
    const { code, last, stderr } = await run('isolate-and-investigate', '--approve', 'isolate', '--approve', 'release');
    assert.equal(code, exit.completed, stderr);
    const folder = String(last.outputs.folder);
    assert.ok(folder.startsWith(join(sandbox().samples, '.runwright/evidence/')), folder);
    const sums = (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).trimEnd().split('\n');
    assert.ok(sums.length >= Number(last.outputs.evidence) && sums.length > 3, String(sums.length));
    for (const line of sums) {
      const [, sum, name = ''] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
      assert.equal(
        createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex'),
        sum,
        name,
      );
    }
    assert.equal(await text('.runwright/lists/quarantined.txt'), '');
    assert.ok((await text('scratch/investigation.md')).includes(String(last.outputs.case)));
  });

  it('isolate and investigate: a host that nobody releases stays in quarantine', async () => {
    const { code, last } = await run('isolate-and-investigate', '--approve', 'isolate', '--reject', 'release');
    assert.deepEqual([code, last.status], [exit.failed, 'rejected']);
    assert.equal(await text('.runwright/lists/quarantined.txt'), 'web-1.example.net\n');
  });

  it('compliance check: policy, signs of attack and their techniques in one report', async () => {
    const { code, last, stderr } = await run('compliance-check');
    assert.equal(code, exit.completed, stderr);
    assert.deepEqual([last.outputs.compliant, last.outputs.violations, last.outputs.attacks], [false, 3, 3]);
    const techniques = last.outputs.techniques as string[];
    assert.ok(techniques.includes('T1110.001') && techniques.includes('T1098'), techniques.join());
    assert.match(await text('scratch/compliance.md'), /^\| T1098 \| Account Manipulation \| 1 \| 1 \|$/m);
    assert.ok((await text('scratch/compliance.html')).includes('<svg'));
    const strict = await run('compliance-check', '--input', 'strict=true');
    assert.deepEqual([strict.code, stepOf(strict.last, 'verify/compliant')?.status], [exit.failed, 'failed']);
  });

  it('compliance check: a Sigma rule with an error is named, and the earlier report stays', async () => {
    await run('compliance-check');
    const before = await text('scratch/compliance.md');
    await writeFile(join(sandbox().samples, 'rules/account-made-admin.yml'), 'title: Broken\ndetection:\n  condition: selection and\n');
    const { code, last } = await run('compliance-check');
    assert.equal(code, exit.failed);
    const error = stepOf(last, 'hunt')?.error;
    assert.match(error?.message ?? '', /account-made-admin\.yml/);
    assert.equal(await text('scratch/compliance.md'), before);
  });
});
