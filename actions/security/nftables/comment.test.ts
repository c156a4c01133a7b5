import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Hold } from '../holds.ts';
import { commentOf, holdsOf, shortName } from './comment.ts';

const far = Date.UTC(2300, 0, 1);
const holds = fc
  .uniqueArray(fc.string({ minLength: 1 }).map(shortName), { minLength: 1, maxLength: 20 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.option(fc.integer({ min: 1, max: far / 1000 })).map((end): Hold => ({ id, expires: end === null ? null : end * 1000 })),
      ),
    ),
  );

describe('holds in the comment of an element', () => {
  it('fit, and come back as they were where there is room for all', () => {
    fc.assert(
      fc.property(holds, (given) => {
        const comment = commentOf(given);
        assert.ok(Buffer.byteLength(comment) <= 127, `${comment.length}`);
        const read = holdsOf(comment, null);
        if (given.length > 7) return;
        const sorted = (list: readonly Hold[]) => [...list].sort((a, b) => a.id.localeCompare(b.id));
        assert.deepEqual(sorted(read), sorted(given));
      }),
      { numRuns: 300 },
    );
  });

  it('where there is not, none ends sooner than the last of them would', () => {
    fc.assert(
      fc.property(holds, (given) => {
        const last = (list: readonly Hold[]) => Math.max(...list.map(({ expires }) => expires ?? Number.POSITIVE_INFINITY));
        assert.equal(last(holdsOf(commentOf(given), null)), last(given));
      }),
      { numRuns: 300 },
    );
  });

  it('what somebody else wrote there is a hold by hand', () => {
    for (const comment of ['', 'ticket 4711', 'a:b:c', '"; drop'])
      assert.deepEqual(holdsOf(comment, 5000), [{ id: 'by-hand', expires: 5000 }]);
  });
});
