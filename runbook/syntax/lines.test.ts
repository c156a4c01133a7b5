import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lines } from './lines.ts';

const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'b'), maxLength: 20 });

describe('lines of an edited text', () => {
  it('are those of a text that is read anew', () => {
    fc.assert(
      fc.property(text, text, fc.nat(20), fc.nat(20), (before, inserted, one, other) => {
        const start = Math.min(one, other, before.length);
        const end = Math.min(Math.max(one, other), before.length);
        const after = before.slice(0, start) + inserted + before.slice(end);
        assert.deepEqual(new Lines(before).edited(after, start, end, inserted.length).starts, new Lines(after).starts);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});
