import assert from 'node:assert/strict';
import { example, typed } from './typed.ts';

describe('what is typed for an input', () => {
  it('may be a list without brackets', () => {
    assert.deepEqual(typed({ type: 'list' }, 'web-1, web-2'), ['web-1', 'web-2']);
    assert.deepEqual(typed({ type: 'list' }, ''), []);
    assert.equal(typed({ type: 'list' }, ' ["a, b"]'), ' ["a, b"]');
    assert.equal(typed({ type: 'string' }, 'a, b'), 'a, b');
  });

  it('has an example by its format, else by its type', () => {
    assert.match(example({ type: 'string', format: 'date-time' }) ?? '', /T09:30/);
    assert.match(example({ type: 'object' }) ?? '', /JSON/);
    assert.equal(example({ type: 'string' }), undefined);
  });
});
