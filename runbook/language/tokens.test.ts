import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { tokens } from './tokens.ts';

const head = 'runbook: v1\nname: n\n';

function show(text: string, within?: { start: number; end: number }): string[] {
  let at = 0;
  return tokens(analyse(text, { actions: builtInActions }), within).map(({ range: { start, end }, kind, declares }) => {
    assert.ok(start >= at && end > start, 'in order, none over another');
    assert.ok(!/[\r\n]/.test(text.slice(start, end)), 'within one line');
    at = end;
    return `${text.slice(start, end)} ${kind}${declares ? '!' : ''}`;
  });
}

const cases: Readonly<Record<string, readonly [source: string, expected: readonly string[]]>> = {
  'declarations, and what refers to them': [
    'inputs: { host: {} }\nsecrets: [key]\nenv: { A: 1 }\nsteps:\n  - { id: look, run: echo, outputs: { x: 1 } }\n  - run: echo\n    env: { B: "${{ inputs.host }}${{ secrets.KEY }}${{ env.A }}", C: "${{ steps.look.outputs.x }}" }\n',
    [
      ...['host input!', 'key secret!', 'A variable!', 'look step!', 'x output!'],
      ...['B variable!', 'inputs context', 'host input', 'secrets context', 'KEY secret', 'env context', 'A variable'],
      ...['C variable!', 'steps context', 'look step', 'outputs property', 'x output'],
    ],
  ],
  'functions, operators, texts and numbers': [
    "steps:\n  - { id: a, run: echo }\n  - run: echo\n    if: contains('x', -1.5) && !(steps['a'].outcome != true) || steps.no\n",
    [
      ...['a step!', 'contains function', "'x' string", '-1.5 number', '&& operator', '! operator'],
      ...['steps context', "' string", 'a step', "' string", 'outcome property', '!= operator'],
      ...['|| operator', 'steps context', 'no property'],
    ],
  ],
  'a text over several lines': [
    "outputs:\n  x: |\n    ${{ contains('one\n      two', 1) }}\n",
    ['x result!', 'contains function', "'one string", "two' string", '1 number'],
  ],
  'what an alias repeats, once': ['steps:\n  - &a { run: echo, if: always() }\n  - *a\n', ['always function']],
  'nothing in scripts and in what cannot be parsed': ['steps:\n  - run: echo ${{ inputs.a }}\n    if: contains(\n', []],
  'the readable half of a broken file': [
    'inputs: { host: {} }\noutputs: { x: "${{ inputs.host }}" }\nsteps: [}\n',
    ['host input!', 'x result!', 'inputs context', 'host input'],
  ],
};

describe('semantic tokens', () => {
  for (const [what, [source, expected]] of Object.entries(cases)) {
    it(what, () => {
      assert.deepEqual(show(head + source), expected);
      assert.equal(show((head + source).replaceAll('\n', '\r\n')).length, expected.length);
    });
  }

  it('of a part are those of the whole that are in it', () => {
    const text = `${head}outputs:\n  a: \${{ inputs.x }}\n  b: \${{ inputs.y }}\n`;
    const start = text.indexOf('  b:');
    assert.deepEqual(show(text, { start, end: text.length }), ['b result!', 'inputs context', 'y property']);
    assert.deepEqual(show(text, { start: 0, end: 5 }), []);
  });
});
