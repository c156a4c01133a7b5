import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Recent } from './recent.ts';

describe('answers that are kept', () => {
  it('are worked out once, for so many texts and none that is long', () => {
    const recent = new Recent<string>(2, 3);
    const made: string[] = [];
    const ask = (text: string) =>
      recent.of(text, () => {
        made.push(text);
        return text.toUpperCase();
      });
    for (const text of ['a', 'a', 'b', 'c', 'b', 'a', 'long', 'long']) assert.equal(ask(text), text.toUpperCase());
    assert.deepEqual(made, ['a', 'b', 'c', 'a', 'long', 'long']);
  });
});
