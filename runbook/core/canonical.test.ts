import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { canonical } from './canonical.ts';

describe('Canonical JSON', () => {
  it('does not depend on the order of keys', () =>
    assert.equal(canonical({ b: [1, { d: 1, c: 2 }], a: 'x' }), canonical({ a: 'x', b: [1, { c: 2, d: 1 }] })));

  it('writes numbers and signs as RFC 8785 says', () => {
    assert.equal(
      canonical({ numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27], string: '\u20ac$\u000f\nA\'B"\\\\"/' }),
      '{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('refuses what has no one form', () => {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, '\ud800']) assert.throws(() => canonical(value));
  });
});
