import assert from 'node:assert/strict';
import { builtInActions } from './actions.ts';
import { readDocument } from './document.ts';
import { type Reader, type Unseen, unseen } from './sees.ts';
import { parse } from './syntax/parse.ts';
import { wholeOf } from './whole.ts';

/**
 * Every kind of place once. `p*` stand in branches of a `parallel`, `l*` in a loop, `r*` in a `repeat`, `s*` and `t*` in the branches of a
 * `switch`, `f*` in a fallback, `u*` are undos, `n*` a list with `needs`.
 */
const text = `
steps:
  - { id: first, run: x }
  - id: par
    parallel:
      - { id: p1, run: x }
      - id: p2
        for-each: a
        steps:
          - { id: l1, run: x }
          - { id: l2, run: x, undo: { id: ul2, run: x } }
        undo: { id: up2, run: x }
        fallback: { id: fp2, run: x }
      - { id: p3, run: x, needs: [p1] }
    fallback:
      - { id: f1, run: x }
      - { id: f2, run: x }
    undo: { id: upar, run: x }
  - id: rep
    repeat: { until: a }
    steps:
      - { id: r1, run: x }
      - { id: r2, run: x }
  - id: sw
    switch:
      - { if: a, steps: [ { id: s1, run: x }, { id: s2, run: x } ] }
      - { else: true, steps: [ { id: t1, run: x } ] }
  - { id: last, run: x }
verify:
  - { id: v1, run: x }
  - { id: v2, run: x }
on-failure:
  - { id: fail, run: x }
on-cancel:
  - { id: gone, run: x }
finally:
  - id: fin
    for-each: a
    steps:
      - { id: n1, run: x }
      - { id: n2, run: x, needs: [] }
      - { id: n3, run: x, needs: [n1] }
      - { id: n4, run: x }
      - { id: n5, run: x, needs: [n6] }
      - { id: n6, run: x, needs: [] }
`;
const document = readDocument(text, parse(text), builtInActions);
const whole = wholeOf(document);
const step = (id: string) => {
  const found = whole.step(id);
  assert.ok(found, id);
  return found;
};
const why = (target: string, from: string | undefined, reader: Reader = 'start'): Unseen | 'seen' =>
  unseen(step(target), from === undefined ? undefined : step(from), reader, whole) ?? 'seen';

/** From a place: what it says of each step. */
const cases: readonly (readonly [from: string | undefined, answers: Readonly<Record<string, Unseen | 'seen'>>, reader?: Reader])[] = [
  ['first', { first: 'self', par: 'later', p1: 'later', l1: 'loop', last: 'later', v1: 'later', fin: 'later' }],
  ['p1', { first: 'seen', par: 'around', p1: 'self', p2: 'branch', p3: 'branch', l1: 'loop', rep: 'later' }],
  ['p3', { first: 'seen', p1: 'seen', p2: 'branch', l1: 'loop' }],
  ['p2', { p1: 'branch', l1: 'loop', first: 'seen' }],
  ['l1', { first: 'seen', par: 'around', p2: 'around', l1: 'self', l2: 'later', p1: 'branch', last: 'later' }],
  ['l2', { l1: 'seen', p1: 'branch', p2: 'around', first: 'seen' }],
  // A rollback comes last: an undo sees everything, but from outside nothing inside a loop.
  ['ul2', { l1: 'seen', l2: 'seen', p1: 'seen', par: 'seen', last: 'seen', v1: 'seen', r1: 'seen', n1: 'loop', ul2: 'self' }],
  ['up2', { p2: 'seen', l1: 'loop', last: 'seen' }],
  ['upar', { par: 'seen', p1: 'seen', l1: 'loop', f1: 'seen', last: 'seen' }],
  // What stands in for a step sees it and what was in it.
  ['fp2', { p2: 'seen', p1: 'branch', l1: 'loop', first: 'seen', par: 'around', rep: 'later' }],
  ['f1', { par: 'seen', p1: 'seen', p3: 'seen', l1: 'loop', f1: 'self', f2: 'later', first: 'seen', rep: 'later' }],
  ['f2', { f1: 'seen', p1: 'seen' }],
  // After a parallel its branches too; after a loop only the loop.
  ['rep', { par: 'seen', p1: 'seen', p2: 'seen', l1: 'loop', r1: 'later', rep: 'self', first: 'seen' }],
  // The condition of a loop is asked after its pass.
  ['rep', { r1: 'seen', r2: 'seen', rep: 'self', sw: 'later', par: 'seen' }, 'end'],
  ['r2', { r1: 'seen', rep: 'around', p1: 'seen' }],
  // The values of the last pass count afterwards.
  ['s1', { r1: 'seen', r2: 'seen', s2: 'later', t1: 'branch', sw: 'around', last: 'later' }],
  ['s2', { s1: 'seen', t1: 'branch' }],
  ['t1', { s1: 'branch', first: 'seen' }],
  ['sw', { s1: 'seen', t1: 'seen', sw: 'self' }, 'end'],
  ['last', { s1: 'seen', t1: 'seen', r1: 'seen', p1: 'seen', l2: 'loop', v1: 'later', f1: 'seen', upar: 'later' }],
  ['v2', { v1: 'seen', last: 'seen', p1: 'seen', l1: 'loop', fail: 'later' }],
  ['fail', { first: 'seen', v2: 'seen', gone: 'later' }],
  ['gone', { fail: 'seen', fin: 'later' }],
  ['fin', { gone: 'seen', upar: 'seen', v1: 'seen', n1: 'loop', fin: 'self' }],
  ['n2', { n1: 'not-needed', n3: 'later', first: 'seen' }],
  ['n3', { n1: 'seen', n2: 'not-needed' }],
  ['n4', { n3: 'seen', n1: 'seen', n2: 'not-needed' }],
  // With `needs` the order written does not count.
  ['n5', { n6: 'seen', n4: 'not-needed' }],
  ['n6', { n5: 'later', n1: 'not-needed' }],
  // The outputs of the run.
  [undefined, { first: 'seen', p1: 'seen', s1: 'seen', r1: 'seen', l1: 'loop', n1: 'loop', v1: 'seen', fin: 'seen' }],
];

describe('who sees whom', () => {
  for (const [from, answers, reader] of cases) {
    it(`from ${from ?? 'the end of the run'}${reader === 'end' ? ', when its work is done' : ''}`, () => {
      assert.deepEqual(Object.fromEntries(Object.keys(answers).map((target) => [target, why(target, from, reader)])), answers);
    });
  }

  it('does not follow a circle of needs for ever', () => {
    const circle = 'steps:\n  - { id: a, run: x, needs: [b] }\n  - { id: b, run: x, needs: [a] }\n  - { id: c, run: x }\n';
    const other = wholeOf(readDocument(circle, parse(circle), builtInActions));
    const [a, b, c] = ['a', 'b', 'c'].map((id) => other.step(id));
    assert.ok(a && b && c);
    assert.ok(other.comesFirst(a, b) && other.comesFirst(b, a) && other.comesFirst(a, a) && !other.comesFirst(c, c));
    assert.equal(unseen(b, c, 'start', other), undefined);
  });
});
