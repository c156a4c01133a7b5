import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { atCursor } from '../support/marked.ts';
import { expand } from './expand.ts';

function at(source: string): string[] {
  const { text, offset } = atCursor(source);
  const ranges = expand(analyse(text, { actions: builtInActions }), offset);
  for (const [index, { start, end }] of ranges.entries()) {
    const outer = ranges[index + 1];
    assert.ok(start <= offset && offset <= end);
    if (outer) assert.ok(outer.start <= start && end <= outer.end);
  }
  assert.deepEqual(ranges.at(-1), { start: 0, end: text.length });
  return ranges.map(({ start, end }) => text.slice(start, end));
}

/** With a cursor → from the innermost on; the file itself is left out. */
const cases: readonly (readonly [source: string, expected: readonly string[]])[] = [
  [
    "# note\nsteps:\n  - id: a\n    env: { A: 'it''s ‸x', B: 1 }\n  - run: echo\n",
    [
      "it''s x",
      "'it''s x'",
      "A: 'it''s x'",
      "{ A: 'it''s x', B: 1 }",
      "env: { A: 'it''s x', B: 1 }",
      "id: a\n    env: { A: 'it''s x', B: 1 }",
      "- id: a\n    env: { A: 'it''s x', B: 1 }\n  - run: echo",
      "steps:\n  - id: a\n    env: { A: 'it''s x', B: 1 }\n  - run: echo",
    ],
  ],
  [
    'steps:\n  - id: a\n    ru‸n: echo\n',
    ['run', 'run: echo', 'id: a\n    run: echo', '- id: a\n    run: echo', 'steps:\n  - id: a\n    run: echo'],
  ],
  [
    'outputs:\n  x: |\n    one ${{ inputs.h‸ost }} two\n\nname: n\n',
    [
      'host',
      'inputs.host',
      '${{ inputs.host }}',
      'one ${{ inputs.host }} two',
      '|\n    one ${{ inputs.host }} two',
      'x: |\n    one ${{ inputs.host }} two',
      'outputs:\n  x: |\n    one ${{ inputs.host }} two',
      'outputs:\n  x: |\n    one ${{ inputs.host }} two\n\nname: n',
    ],
  ],
  ['# no‸te\nname: n\n', []],
  ['‸', []],
  ['a: [‸}', ['[', 'a: [']],
];

/** The same in an `if`, up to the whole expression. */
const inExpressions: readonly (readonly [source: string, expected: readonly string[]])[] = [
  [
    "contains(format('a', st‸eps.a.outputs.b), 'c') && !(env.A == 1) || always()",
    [
      'steps',
      'steps.a.outputs.b',
      "'a', steps.a.outputs.b",
      "('a', steps.a.outputs.b)",
      "format('a', steps.a.outputs.b)",
      "format('a', steps.a.outputs.b), 'c'",
      "(format('a', steps.a.outputs.b), 'c')",
      "contains(format('a', steps.a.outputs.b), 'c')",
      "contains(format('a', steps.a.outputs.b), 'c') && !(env.A == 1)",
      "contains(format('a', steps.a.outputs.b), 'c') && !(env.A == 1) || always()",
    ],
  ],
  ['!(env.A == ‸1)', ['1', 'env.A == 1', '(env.A == 1)', '!(env.A == 1)']],
  ["steps['o‸ne'].outcome == 1", ['one', "'one'", "['one']", "steps['one'].outcome", "steps['one'].outcome == 1"]],
  ["contains('‸', 1)", ['', "''", "'', 1", "('', 1)", "contains('', 1)"]],
];

describe('growing a selection', () => {
  for (const [source, expected] of cases) {
    it(JSON.stringify(source), () => assert.deepEqual(at(source).slice(0, -1), expected));
  }
  for (const [source, expected] of inExpressions) {
    it(source, () =>
      assert.deepEqual(
        at(`steps:\n  - if: ${source.startsWith('!') ? `\${{ ${source} }}` : source}\n`).slice(0, expected.length),
        expected,
      ),
    );
  }

  it('never fails, wherever the cursor is', () => {
    for (const text of ['a: {b: [c, "d', 'steps:\n  - if: "${{ a( }}"\n', '- &a [*a]\n', 'x: &x { y: 1 }\nz: *x\nw: { <<: *x }\n'])
      for (let offset = 0; offset <= text.length; offset++) at(`${text.slice(0, offset)}‸${text.slice(offset)}`);
  });
});
