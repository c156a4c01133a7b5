import assert from 'node:assert/strict';
import { honestJson, honestNumber } from './values.ts';

describe('values that JSON cannot hold', () => {
  it('stay text where digits would be lost', () => {
    assert.deepEqual(['9007199254740991', '9007199254740992', '-5', ''].map(honestNumber), [9007199254740991, '9007199254740992', -5, '']);
    assert.deepEqual(honestJson('{"a": 12345678901234567890, "b": [1.5, 1e400], "c": 7, "__proto__": 1}'), {
      a: '12345678901234567890',
      b: [1.5, '1e400'],
      c: 7,
      ['__proto__']: 1,
    });
  });

  it('stay text where they are no JSON, or nested to harm', () => {
    for (const text of ['{', '', `${'['.repeat(100_000)}${']'.repeat(100_000)}`]) assert.equal(honestJson(text), text);
    assert.deepEqual(honestJson('"[[[{\\""'), '[[[{"');
  });
});
