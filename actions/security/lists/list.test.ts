import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../../runbook/core/errors.ts';
import { readNetwork, widest } from '../addresses.ts';
import { withHold } from '../holds.ts';
import { addressList } from './address-list.ts';
import { change, type List, lookAt } from './list.ts';

describe('a list that others subscribe to', () => {
  const { signal } = new AbortController();
  let folder = '';
  let now = 0;
  let list: List;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-list-'));
    now = 1_000_000;
    list = { ...addressList(join(folder, 'lists', 'blocked.txt')), now: () => now };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const hold = (key: string, id: string, expires: number | null = null) =>
    change(list, signal, (entries) => entries.set(key, withHold(entries.get(key) ?? [], { id, expires })));
  const lines = () => readFileSync(list.file, 'utf8').split('\n').slice(0, -1);
  const keys = async () => [...(await lookAt(list, signal)).keys()];

  it('is there with the first entry, readable for others, its record for its owner alone', async () => {
    await hold('203.0.113.7', 'r/s');
    assert.deepEqual(lines(), ['203.0.113.7']);
    assert.equal(statSync(list.file).mode & 0o777, 0o644);
    assert.equal(statSync(join(folder, 'lists', '.blocked.txt.json')).mode & 0o777, 0o600);
    assert.deepEqual(
      readdirSync(join(folder, 'lists')).filter((name) => /[0-9a-f]{12}$/.test(name)),
      [],
    );
  });

  it('drops what has expired with the next change, and looking sees it no more at once', async () => {
    await hold('203.0.113.7', 'r/a', now + 1000);
    await hold('203.0.113.8', 'r/b');
    now += 1000;
    assert.deepEqual(await keys(), ['203.0.113.8']);
    assert.deepEqual(lines(), ['203.0.113.7', '203.0.113.8']);
    await change(list, signal, () => undefined);
    assert.deepEqual(lines(), ['203.0.113.8']);
  });

  it('shows a network alone while it holds what is in it, and the rest when it is gone', async () => {
    await hold('203.0.113.7', 'r/a');
    await hold('203.0.113.0/24', 'r/b', now + 1000);
    assert.deepEqual(lines(), ['203.0.113.0/24']);
    now += 1000;
    await change(list, signal, () => undefined);
    assert.deepEqual(lines(), ['203.0.113.7']);
  });

  it('respects what is entered and removed by hand, and keeps what is no entry', async () => {
    await hold('203.0.113.7', 'r/a');
    await hold('203.0.113.8', 'r/b');
    writeFileSync(list.file, '# ours\r\n203.0.113.8\n198.51.100.9/32 # seen by Ann\n\nnot an address\n');
    assert.deepEqual(await keys(), ['203.0.113.8', '198.51.100.9']);
    await hold('2001:db8::1', 'r/c');
    assert.deepEqual(lines(), ['# ours', 'not an address', '198.51.100.9', '203.0.113.8', '2001:db8::1']);
    const entries = await lookAt(list, signal);
    assert.deepEqual(entries.get('198.51.100.9'), [{ id: 'by-hand', expires: null, reason: 'seen by Ann' }]);
  });

  it('a change that broke off between record and text is completed by the next, and not taken for a hand', async () => {
    await hold('203.0.113.7', 'r/a');
    await hold('203.0.113.8', 'r/b');
    const record = join(folder, 'lists', '.blocked.txt.json');
    const whole = JSON.parse(readFileSync(record, 'utf8'));
    delete whole.entries['203.0.113.7'];
    whole.entries['203.0.113.9'] = [{ by: 'r/c', expires: null }];
    writeFileSync(record, JSON.stringify({ ...whole, before: lines() }));
    assert.deepEqual(await keys(), ['203.0.113.8', '203.0.113.9']);
    await change(list, signal, () => undefined);
    assert.deepEqual(lines(), ['203.0.113.8', '203.0.113.9']);
    assert.ok(!readFileSync(record, 'utf8').includes('before'));
  });

  it('a text that is gone is written again from its record', async () => {
    await hold('203.0.113.7', 'r/a');
    rmSync(list.file);
    await change(list, signal, () => undefined);
    assert.deepEqual(lines(), ['203.0.113.7']);
  });

  it('a record that is broken stops all changes, and the list stays', async () => {
    await hold('203.0.113.7', 'r/a');
    for (const broken of [
      '{',
      '[]',
      '{"version":1,"entries":{"a":[{"by":1}]}}',
      '{"version":1,"entries":{"a":[{"by":"x","expires":"soon"}]}}',
    ]) {
      writeFileSync(join(folder, 'lists', '.blocked.txt.json'), broken);
      await assert.rejects(hold('203.0.113.8', 'r/b'), (error) => error instanceof ProblemError && error.problem.code === 'list-failed');
      assert.deepEqual(lines(), ['203.0.113.7']);
    }
  });

  it('a link stays a link, and its file keeps who may read it', async () => {
    const real = join(folder, 'served.txt');
    writeFileSync(real, '');
    chmodSync(real, 0o640);
    list = { ...addressList(join(folder, 'link.txt')), now: () => now };
    symlinkSync(real, list.file);
    await hold('203.0.113.7', 'r/a');
    assert.equal(readFileSync(real, 'utf8'), '203.0.113.7\n');
    assert.equal(statSync(real).mode & 0o777, 0o640);
  });

  it('loses nothing when many write at once, also from other processes', async () => {
    const program = `
      import { addressList } from ${JSON.stringify(join(import.meta.dirname, 'address-list.ts'))};
      import { change } from ${JSON.stringify(join(import.meta.dirname, 'list.ts'))};
      const list = addressList(process.argv[1]);
      const { signal } = new AbortController();
      await Promise.all(Array.from({ length: 10 }, (_, index) =>
        change(list, signal, (entries) => entries.set('10.' + process.argv[2] + '.0.' + index, [{ id: 'r/s', expires: null }]))));
    `;
    const others = [1, 2].map(
      (number) =>
        new Promise((resolve) => {
          const child = spawn(process.execPath, ['--input-type=module', '-e', program, list.file, String(number)], { stdio: 'inherit' });
          child.once('exit', resolve);
        }),
    );
    await Promise.all(Array.from({ length: 10 }, (_, index) => hold(`10.3.0.${index}`, 'r/s')));
    assert.deepEqual(await Promise.all(others), [0, 0]);
    assert.equal((await keys()).length, 30);
    assert.equal(lines().length, 30);
  });

  it('waits for the lock no longer than it is cancelled', async () => {
    const controller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    const { locked } = await import('./lock.ts');
    const file = join(folder, 'lock');
    const first = locked(file, () => promise, signal);
    const second = locked(file, async () => 'never', controller.signal);
    controller.abort();
    await assert.rejects(second);
    await assert.rejects(
      locked(file, async () => 'never', signal, 0),
      (error) => error instanceof ProblemError && /locked/.test(error.message),
    );
    resolve();
    await first;
    assert.ok(existsSync(file));
  });

  it('sorts a hundred thousand entries', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => readNetwork(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`));
    const networks = many.filter((one) => typeof one !== 'string');
    assert.equal(widest(networks).length, 100_000);
  });
});
