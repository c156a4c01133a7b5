import assert from 'node:assert/strict';
import { ProblemError } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { readTarget } from './target.ts';

const base = { type: 'postgres', host: 'db.example.net', user: 'app', password: 'hunter2-hunter2' };

describe('SQL target', () => {
  it('checks who answers unless it is told otherwise, but not on this machine', () => {
    assert.deepEqual(readTarget(base).tls, { mode: 'verify' });
    assert.deepEqual(readTarget({ ...base, tls: 'require' }).tls, { mode: 'require' });
    for (const tls of ['off', false, { mode: 'off' }]) assert.deepEqual(readTarget({ ...base, tls }).tls, { mode: 'off' });
    for (const host of ['localhost', '127.0.0.1', '::1']) assert.deepEqual(readTarget({ ...base, host }).tls, { mode: 'off' });
    assert.deepEqual(readTarget({ ...base, host: 'localhost', tls: true }).tls, { mode: 'verify' });
    const ca = '-----BEGIN CERTIFICATE-----';
    assert.deepEqual(readTarget({ ...base, tls: { ca } }).tls, { mode: 'verify', ca });
  });

  it('fills in the usual port and names itself without its password', () => {
    assert.equal(readTarget(base).port, 5432);
    assert.equal(readTarget({ ...base, type: 'mysql' }).port, 3306);
    const { label, port } = readTarget({ ...base, port: '6000', database: 'app' });
    assert.deepEqual([label, port], ['postgres db.example.net:6000/app', 6000]);
  });

  it('refuses what cannot be one, and quotes no value', () => {
    const wrong: Record<string, Json>[] = [
      { ...base, host: '' },
      { ...base, user: null },
      { ...base, port: 0 },
      { ...base, port: 'hunter2-hunter2' },
      { ...base, password: ['hunter2-hunter2'] },
      { ...base, database: 'a\0user\0root' },
      { ...base, tls: 'hunter2-hunter2' },
      { ...base, tls: { mode: 'perhaps' } },
      { ...base, tls: { ca: 'relative.pem' } },
      { ...base, tls: { ca: '/hunter2-hunter2' } },
      { ...base, tls: [] },
      { ...base, type: 'mysql', host: '10.0.0.1' },
    ];
    for (const connection of wrong)
      assert.throws(
        () => readTarget(connection),
        (error) => error instanceof ProblemError && error.problem.code === 'target-wrong' && !error.message.includes('hunter2'),
        JSON.stringify(connection),
      );
  });
});
