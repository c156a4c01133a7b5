import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Request } from '../kernel/request.ts';
import { placeSecrets, secretsOf } from './place-secrets.ts';

const request: Request = {
  kind: 'action',
  action: 'http/request',
  with: { headers: { 'X/Y~Z': '' }, list: ['', 'b'] },
  workingDirectory: '/w',
  workspace: '/w/.runwright',
  env: { KEY: '' },
  target: 'local',
  secretTexts: [
    { at: '/with/headers/X~1Y~0Z', parts: ['Bearer ', { secret: 'A', version: 2 }] },
    { at: '/with/list/0', parts: [{ secret: 'A', version: 2 }, ':', { secret: 'B', version: 1 }] },
    { at: '/env/KEY', parts: [{ secret: 'B', version: 1 }] },
  ],
};

describe('secrets in a request', () => {
  it('stand where their pointers say, and the request itself is left alone', () => {
    const before = structuredClone(request);
    const placed = placeSecrets(request, ({ secret }) => secret.toLowerCase());
    assert.deepEqual(placed.kind === 'action' && placed.with, { headers: { 'X/Y~Z': 'Bearer a' }, list: ['a:b', 'b'] });
    assert.equal(placed.kind === 'action' && placed.env.KEY, 'b');
    assert.deepEqual(request, before);
    assert.deepEqual(secretsOf(request.secretTexts), [
      { secret: 'A', version: 2 },
      { secret: 'B', version: 1 },
    ]);
  });

  it('refuse a pointer to a place that is not there, inherited ones too', () => {
    for (const at of ['/with/none', '/with/headers/__proto__/x', '', '/with/list/5'])
      assert.throws(() => placeSecrets({ ...request, secretTexts: [{ at, parts: ['x'] }] }, () => ''), at);
  });
});
