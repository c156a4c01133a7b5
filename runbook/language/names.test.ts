import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { marked } from '../support/marked.ts';
import { looseReferences } from './loose-references.ts';
import { namesOf } from './names.ts';
import { definitions, places } from './places.ts';

const head = 'runbook: v1\nname: n\n';

/** All places of one name are marked, in each text: whichever is asked about, all of them are the answer. The first `defined` declare it. */
const cases: readonly (readonly [what: string, source: string, defined?: number])[] = [
  [
    'a step, in `if`, braces, index syntax, other case, undo, verify, finally and the outputs',
    "steps:\n  - id: <<a>>\n    run: echo\n    undo: { run: echo, env: { X: \"${{ steps.<<a>>.outcome }}\" } }\n  - run: echo\n    if: steps.<<A>>.outputs.stdout == '1' && steps['<<a>>'].outcome != 'a'\nverify:\n  - run: echo\n    if: ${{ contains(steps[ '<<a>>' ].outputs.stdout, 'steps.a') }}\nfinally:\n  - run: echo\n    env: { A: \"${{ steps.<<a>>.outcome }} ${{ steps.<<a>>.outputs.x }}\" }\noutputs:\n  x: ${{ steps.<<a>>.outputs.stdout }}\n",
  ],
  [
    'a step, in literal, folded, single- and double-quoted text',
    "steps:\n  - id: \"<<the-step>>\"\n    run: echo\n  - run: echo\n    env:\n      A: |\n        one\n          ${{ steps.<<the-step>>.outcome }} ü\n      B: >-\n        two\n        three ${{\n        steps.<<the-step>>.outcome }}\n      C: 'it''s ${{ steps[''<<the-step>>''].outcome }}'\n      D: \"\\u00fc\\n${{ steps.<<the-step>>.outcome }}\"\n",
  ],
  [
    'an input, its key in quotes, also inside a computed index',
    'inputs:\n  "<<host>>": { default: host }\nsteps:\n  - { id: a, run: echo }\n  - run: echo # host\n    env: { H: "${{ inputs.<<host>> }}${{ steps[inputs.<<HOST>>].outcome }}" }\n    approve: { message: "${{ inputs[\'<<host>>\'] }}?" }\n',
  ],
  ['a secret', 'secrets:\n  - other\n  - <<key>>\nsteps:\n  - run: echo key\n    env: { K: "Bearer ${{ secrets.<<key>> }}" }\n'],
  [
    'what expressions that cannot be parsed refer to',
    'inputs: { <<host>>: {} }\nsteps:\n  - run: echo\n    env: { H: "${{ contains(inputs.<<host>>, }} ${{ inputs[\'<<host>>\'] == }}", I: "${{ \'inputs.host\' + inputs.<<host>> }}" }\n  - run: echo ${{ inputs.<<host>> }}\n',
  ],
  [
    'a variable of the runbook, as far as no step has its own',
    'env: { <<A>>: 1 }\nsteps:\n  - run: echo\n    if: env.<<A>> == 1\n    env: { B: "${{ env.<<a>> }}" }\n  - run: echo\n    if: env.A == 1\n    env: { A: "${{ env.<<A>> }}" }\n',
  ],
  [
    'a variable of a step, in its undo too',
    'env: { A: 1 }\nsteps:\n  - run: echo\n    if: env.<<A>> == 1\n    env: { <<A>>: "${{ env.A }}" }\n    undo: { run: echo, if: "env.<<A>>" }\n  - { run: echo, if: env.A }\n',
  ],
  [
    'an output that a step declares',
    "steps:\n  - { id: a, run: echo, outputs: { <<total>>: \"${{ result.stdout }}\" } }\n  - { id: b, run: echo, outputs: { total: 1 } }\n  - run: echo\n    if: steps.a.outputs.<<total>> && steps['a']['outputs']['<<Total>>'] && steps.b.outputs.total && steps.a.total\n",
  ],
  [
    'an output of a script',
    "steps:\n  - { id: a, run: echo }\n  - run: echo\n    if: steps.a.outputs.<<stdout>> == steps['A'].outputs.<<stdout>>\n",
    0,
  ],
  ['a step that does not exist', 'steps:\n  - { run: echo, if: steps.<<no>>.outcome }\n  - { run: echo, if: steps.<<NO>>.outcome }\n', 0],
  ['two steps of one id', 'steps:\n  - { id: <<a>>, run: echo }\n  - { id: <<A>>, run: echo, if: steps.<<a>>.outcome }\n', 2],
  [
    'what an alias repeats, once',
    'steps:\n  - { id: <<a>>, run: echo }\n  - &b { run: echo, if: steps.<<a>>.outcome }\n  - *b\nfinally:\n  - *b\n',
  ],
  ['names that every object has', 'inputs: { <<__proto__>>: {}, constructor: {} }\nsteps:\n  - { run: echo, if: inputs.<<__proto__>> }\n'],
];

describe('names', () => {
  for (const [what, source, defined = 1] of cases) {
    it(what, () => {
      const { text, ranges } = marked(head + source);
      const analysis = analyse(text, { actions: builtInActions });
      for (const { start, end } of ranges) {
        for (const offset of [start, end]) {
          const found = places(analysis, offset);
          assert.deepEqual(
            found.map(({ range }) => range),
            ranges,
          );
          assert.equal(found.filter(({ declares }) => declares).length, defined);
        }
        if (defined > 0)
          assert.deepEqual(
            definitions(analysis, start)?.targets.map(({ range }) => range),
            places(analysis, start).flatMap(({ range, declares }) => (declares ? [range] : [])),
          );
      }
    });
  }

  it('lead from what a script returns to its step', () => {
    const { text, ranges } = marked(`${head}steps:\n  - { id: '<<a>>', run: echo }\n  - { run: echo, if: steps.a.outputs.stdout }\n`);
    const found = definitions(analyse(text, { actions: builtInActions }), text.indexOf('stdout'));
    assert.deepEqual(
      found?.targets.map(({ range }) => range),
      ranges,
    );
    assert.equal(text.slice(found?.targets[0]?.whole.start, found?.targets[0]?.whole.end), "{ id: 'a', run: echo }");
  });

  it('tell two meanings of one text that an alias repeats', () => {
    const text = `${head}steps:\n  - { id: a, env: { X: 1 }, if: &if env.X == 1, run: echo }\n  - { id: b, env: { X: 2 }, if: *if, run: echo }\n`;
    const found = definitions(analyse(text, { actions: builtInActions }), text.indexOf('env.X') + 4);
    assert.equal(found?.targets.length, 2);
  });

  it('are none where none stand, in broken files too', () => {
    for (const text of [
      '',
      '- [}',
      `${head}steps: { id: a }\ninputs: [a]\nsecrets: { a: 1 }\nenv: 3\n`,
      `${head}steps:\n  - id: [a\n`,
      '\u0000',
    ]) {
      const analysis = analyse(text, { actions: builtInActions });
      for (let offset = -1; offset <= text.length + 1; offset++) assert.deepEqual(places(analysis, offset), []);
    }
  });

  it('are each found where thousands are declared and used', () => {
    const count = 2_000;
    const rows = (row: (index: number) => string) => Array.from({ length: count }, (_, index) => row(index)).join('');
    const text = `${head}env:\n${rows((index) => `  V${index}: 1\n`)}steps:\n  - run: echo\n    env:\n${rows((index) => `      W${index}: "\${{ env.V${index} }}"\n`)}`;
    const { names } = namesOf(analyse(text, { actions: builtInActions }));
    assert.equal(names.length, 2 * count);
    assert.equal(names.filter(({ references }) => references.length === 1).length, count);
  });

  it('are known once for each analysis', () => {
    const analysis = analyse(head, { actions: builtInActions });
    assert.equal(namesOf(analysis), namesOf(analysis));
  });
});

describe('references by their looks', () => {
  it('are found with their places', () => {
    const source = "contains(Steps . a[ 'b''c' ] , 'inputs.x', x.inputs.y, my-env.z, env.A";
    assert.deepEqual(
      looseReferences(source).map(({ context, segments }) => [
        context,
        ...segments.map(({ name, start, end }) => [name, source.slice(start, end)]),
      ]),
      [
        ['steps', ['a', 'a'], ["b'c", "b''c"]],
        ['env', ['A', 'A']],
      ],
    );
  });

  it('are none in what begins like one and has no end, nor in a text too long to be an expression', () => {
    assert.deepEqual(looseReferences(`steps${' '.repeat(20_000)}`), []);
    assert.deepEqual(looseReferences(`steps['${"'".repeat(20_000)}`), []);
    assert.deepEqual(looseReferences('inputs.a '.repeat(3_000)), []);
  });
});
