import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { folds } from './folding.ts';

/** Each line says at its end, behind `§`, which fold begins there: the number of lines that it hides, with `c` or `r` for its kind. */
function check(source: string): void {
  const rows = source.split('\n').map((row) => row.split('§'));
  const text = rows.map(([row]) => row).join('\n');
  const expected = rows.flatMap(([, mark], start) => {
    if (mark === undefined) return [];
    const [, count, kind] = /^(\d+)([cr])?$/.exec(mark) ?? [];
    return [[start, start + Number(count), kind === 'c' ? 'comment' : kind === 'r' ? 'region' : undefined]];
  });
  for (const written of [text, text.replaceAll('\n', '\r\n')])
    assert.deepEqual(
      folds(analyse(written, { actions: builtInActions })).map(({ start, end, kind }) => [start, end, kind]),
      expected,
    );
}

const cases: Readonly<Record<string, string>> = {
  'sections, steps, maps and blocks of text': `# one§1c
# two
runbook: v1
description: >§2
  folded
  text

inputs:§3
  host: {}
  port:§1
    type: integer

steps:§11
  # one
  - id: a§5
    run: |§2
      # not a comment
      # either
    env:§1
      A: 1

  - name: "two§1
      # lines"
  - run: echo

finally:§1
  - run: echo
`,
  'brackets, whose end stays visible': `runbook: v1
inputs: {§2
  host: {},
  port: {},
}
steps: [§3
  { run: echo },
  { run: [a,§1
    b] } ]
`,
  'regions within each other, and one without an end': `# region outer§6r
# note§1c
# note
# region inner§1r
# endregion
steps: []
# endregion
# endregion
# region never
`,
  'what an alias repeats, where it is written': `x-a: &a§1
  id: a
steps:§1
  - *a
`,
  'what is no runbook': `- a:§1
    b: 1
- [c]
`,
  'the readable half of a broken file': `inputs:§1
  a: {}
steps:§1
  - id: [a
`,
  nothing: '',
  'a comment alone': '# x',
};

describe('folding', () => {
  for (const [what, source] of Object.entries(cases)) it(what, () => check(source));
});
