import assert from 'node:assert/strict';
import { LineBuffer } from './lines.ts';

describe('lines of an output', () => {
  it('come whole, whatever pieces the text arrives in', () => {
    const buffer = new LineBuffer();
    assert.deepEqual(
      [buffer.push('on'), buffer.push('e\ntwo\nth'), buffer.push('ree'), buffer.rest(), buffer.rest()],
      [[], ['one', 'two'], [], ['three'], []],
    );
  });

  it('without an end are not kept for ever', () => {
    const buffer = new LineBuffer();
    const pieces = buffer.push('x'.repeat(100_000));
    assert.equal(pieces.length, 6);
    assert.equal(pieces.join('').length + buffer.rest().join('').length, 100_000);
  });
});
