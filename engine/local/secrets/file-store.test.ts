import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../../runbook/core/errors.ts';
import { openSecretStore } from './file-store.ts';

const code = (expected: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === expected;

describe('encrypted secret store', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-secrets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = () => join(folder, 'secrets.json');

  it('gives back what was put in, also when opened anew', async () => {
    const store = openSecretStore({ folder });
    assert.equal(await store.set('edge_key', 'line 1\nline 2 ünï'), 1);
    assert.equal(await store.set('another', 'abcdef'), 1);
    assert.deepEqual(await openSecretStore({ folder }).get('edge_key'), { value: 'line 1\nline 2 ünï', version: 1 });
    assert.deepEqual(await store.names(), ['another', 'edge_key']);
    assert.equal(await store.version('edge_key'), 1);
    assert.equal(await store.get('toString'), undefined);
  });

  it('never gives a version twice, not even after removal', async () => {
    const store = openSecretStore({ folder });
    await store.set('token', 'first-value');
    assert.equal(await store.set('token', 'second-value'), 2);
    assert.equal(await store.remove('token'), true);
    assert.equal(await store.remove('token'), false);
    assert.equal(await store.get('token'), undefined);
    assert.equal(await store.version('token'), undefined);
    assert.equal(await store.set('token', 'third-value'), 3);
  });

  it('keeps values out of its file, and its files to the user', async () => {
    const store = openSecretStore({ folder });
    await store.set('token', 'hunter2-hunter2');
    const text = readFileSync(file(), 'utf8');
    for (const form of ['hunter2', Buffer.from('hunter2').toString('hex'), Buffer.from('hunter2-hunter2').toString('base64')])
      assert.ok(!text.includes(form));
    assert.deepEqual(readdirSync(folder).sort(), ['secrets.json', 'secrets.key']);
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
  });

  it('encrypts the same value differently each time', async () => {
    const store = openSecretStore({ folder });
    await store.set('one', 'same-value');
    await store.set('two', 'same-value');
    const { secrets } = JSON.parse(readFileSync(file(), 'utf8'));
    assert.notEqual(secrets.one.sealed.data, secrets.two.sealed.data);
  });

  it('takes the key from outside in hex and base64, and writes none then', async () => {
    const key = Buffer.alloc(32, 7);
    await openSecretStore({ folder, key: key.toString('hex') }).set('token', 'some-value');
    for (const form of [key.toString('base64'), key.toString('base64url'), key.toString('hex').toUpperCase()]) {
      assert.equal((await openSecretStore({ folder, key: form }).get('token'))?.value, 'some-value');
    }
    assert.deepEqual(readdirSync(folder), ['secrets.json']);
  });

  it('says so when the key does not fit, and keeps what it has', async () => {
    await openSecretStore({ folder }).set('token', 'some-value');
    const before = readFileSync(file(), 'utf8');
    const other = openSecretStore({ folder, key: Buffer.alloc(32, 9).toString('base64') });
    await assert.rejects(other.get('token'), code('secrets-locked'));
    await assert.rejects(other.set('token', 'other-value'), code('secrets-locked'));
    assert.deepEqual(await other.names(), ['token']);
    await assert.rejects(openSecretStore({ folder, key: 'too short' }).get('token'), code('secrets-locked'));
    chmodSync(join(folder, 'secrets.key'), 0o644);
    await assert.rejects(openSecretStore({ folder }).get('token'), code('secrets-locked'));
    rmSync(join(folder, 'secrets.key'));
    await assert.rejects(openSecretStore({ folder }).get('token'), code('secrets-locked'));
    await assert.rejects(openSecretStore({ folder }).set('new', 'some-value'), code('secrets-locked'));
    assert.equal(readFileSync(file(), 'utf8'), before);
  });

  describe('with its key in the keeping of a client', () => {
    const key = () => readFileSync(join(folder, 'secrets.key'), 'utf8').trim();

    it('has no key in its folder, opens when that is handed over, and gives it back', async () => {
      const store = openSecretStore({ folder });
      await store.set('token', 'some-value');
      const mark = await store.mark('text');
      const handed = key();
      await store.unlock(handed, 'client');
      assert.deepEqual(readdirSync(folder), ['secrets.json']);
      assert.ok(!readFileSync(file(), 'utf8').includes(handed));
      assert.equal((await store.get('token'))?.value, 'some-value');
      await store.set('token', 'other-value');

      const next = openSecretStore({ folder });
      await assert.rejects(next.get('token'), code('secrets-locked'));
      await assert.rejects(next.set('new', 'some-value'), code('secrets-locked'));
      assert.deepEqual(readdirSync(folder), ['secrets.json']);
      await next.unlock(handed, 'client');
      assert.equal((await next.get('token'))?.value, 'other-value');
      assert.equal(await next.mark('text'), mark);

      await next.unlock(handed, 'file');
      assert.equal(key(), handed);
      assert.equal(statSync(join(folder, 'secrets.key')).mode & 0o777, 0o600);
      assert.equal((await openSecretStore({ folder }).get('token'))?.value, 'other-value');
    });

    it('makes no key of its own, not even while it is empty', async () => {
      const handed = 'ab'.repeat(32);
      await openSecretStore({ folder }).unlock(handed, 'client');
      const next = openSecretStore({ folder });
      await assert.rejects(next.set('token', 'some-value'), code('secrets-locked'));
      await next.unlock(handed, 'client');
      await next.set('token', 'some-value');
      await next.remove('token');
      await assert.rejects(openSecretStore({ folder }).derivedKey('x'), code('secrets-locked'));
      assert.deepEqual(readdirSync(folder), ['secrets.json']);
    });

    it('takes no other key than its own, and none beside one from the environment', async () => {
      const store = openSecretStore({ folder });
      await store.derivedKey('outputs of a run');
      await assert.rejects(store.unlock('cd'.repeat(32), 'client'), code('secrets-locked'));
      await store.set('token', 'some-value');
      await assert.rejects(store.unlock('cd'.repeat(32), 'file'), code('secrets-locked'));
      await assert.rejects(store.unlock('too short', 'client'), code('secrets-key'));
      const fixed = openSecretStore({ folder, key: 'ef'.repeat(32) });
      await assert.rejects(fixed.unlock('ef'.repeat(32), 'client'), code('secrets-key'));
      assert.equal((await openSecretStore({ folder }).get('token'))?.value, 'some-value');
    });
  });

  it('notices a value moved to another name or put back to an old version', async () => {
    const store = openSecretStore({ folder });
    await store.set('one', 'value-one');
    await store.set('two', 'value-two');
    const contents = JSON.parse(readFileSync(file(), 'utf8'));
    const { one, two } = contents.secrets;
    writeFileSync(file(), JSON.stringify({ ...contents, secrets: { one: { ...one, sealed: two.sealed }, two: { ...two, version: 9 } } }));
    await assert.rejects(store.get('one'), code('secrets-locked'));
    await assert.rejects(store.get('two'), code('secrets-locked'));
  });

  it('touches no damaged file', async () => {
    for (const text of ['', '{', '[]', '{"format":2,"secrets":{}}', 'null']) {
      writeFileSync(file(), text);
      await assert.rejects(openSecretStore({ folder }).names(), code('secrets-locked'));
      await assert.rejects(openSecretStore({ folder }).set('a', 'abcdef'), code('secrets-locked'));
      assert.equal(readFileSync(file(), 'utf8'), text);
    }
  });

  it('keeps every one of many changes at once', async () => {
    const store = openSecretStore({ folder });
    const names = Array.from({ length: 40 }, (_, at) => `name${at}`);
    await Promise.all([
      ...names.map((name) => store.set(name, `value of ${name}`)),
      ...Array.from({ length: 10 }, () => store.set('shared', 'shared-value')),
    ]);
    assert.equal((await store.names()).length, 41);
    assert.equal(await store.version('shared'), 10);
    for (const name of names) assert.equal((await store.get(name))?.value, `value of ${name}`);
    assert.deepEqual(readdirSync(folder).sort(), ['secrets.json', 'secrets.key']);
  });

  it('refuses what could not be hidden, named or kept', async () => {
    const store = openSecretStore({ folder });
    await assert.rejects(store.set('pin', '12345'), code('secret-short'));
    assert.equal(await store.set('pin', '12345', { allowShort: true }), 1);
    await assert.rejects(store.set('pin', '', { allowShort: true }), code('secret-short'));
    for (const name of ['', 'a b', '../x', '1a', 'x'.repeat(200)]) await assert.rejects(store.set(name, 'abcdef'), code('secret-name'));
    await assert.rejects(store.set('big', 'x'.repeat(70_000)), code('output-too-large'));
    assert.equal(await store.set('__proto__', 'prototype'), 1);
    assert.equal((await store.get('__proto__'))?.value, 'prototype');
  });

  it('names a folder that cannot be written', async () => {
    await assert.rejects(
      openSecretStore({ folder: join(folder, 'missing'), key: Buffer.alloc(32).toString('hex') }).set('a', 'abcdef'),
      code('state-folder'),
    );
  });
});
