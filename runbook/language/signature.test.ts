import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { functions } from '../core/expression.ts';
import { atCursor } from '../support/marked.ts';
import { signature } from './signature.ts';

const head = 'runbook: v1\nname: n\nsteps:\n  - run: echo\n';

function at(source: string) {
  const { text, offset } = atCursor(head + source);
  const found = signature(analyse(text, { actions: builtInActions }), offset);
  const active = found?.parameters[found.active ?? -1];
  return found && [found.label, active && found.label.slice(...active)];
}

const contains = 'contains(search, item)';
/** With a cursor → signature and the parameter that is typed. */
const cases: readonly (readonly [source: string, expected: readonly (string | undefined)[] | undefined])[] = [
  ['    if: contains(‸env.A, 1)\n', [contains, 'search']],
  ['    if: contains(env.A, ‸\n', [contains, 'item']],
  ['    if: contains(env.A, 1‸)\n', [contains, 'item']],
  ['    if: contains(env.A, 1, ‸)\n', [contains, undefined]],
  ['    if: contains(env.A, 1)‸\n', undefined],
  ['    if: con‸tains(env.A, 1)\n', undefined],
  ['    env: { A: "${{ CONTAINS( format( \'a,(\', 1, 2, ‸ }}" }\n', ['format(text, value, …)', '…']],
  ["    env: { A: \"${{ contains( format('a,(', 1), '‸', 2) }}\" }\n", [contains, 'item']],
  ["    if: contains('it''s, (‸\n", [contains, 'search']],
  ["    env: { A: '${{ contains(''a,('', ‸1) }}' }\n", [contains, 'item']],
  ['    if: contains((1 || ‸2), 3)\n', [contains, 'search']],
  ['    if: contains(steps[inputs.a, ‸\n', [contains, 'search']],
  ['    if: case(true, 1, false, ‸2, 3)\n', ['case(condition, value, …, otherwise)', '…']],
  ['    if: always(‸)\n', ['always()', undefined]],
  ['    if: join(env.A, ‸)\n', ['join(list, separator?)', 'separator?']],
  ['    env:\n      A: >-\n        ${{ contains(env.B,\n        ‸env.C) }}\n', [contains, 'item']],
  ['    env:\n      A: ${{ contains(1, 2) }}‸ and contains(\n', undefined],
  ['    env:\n      A: contains(‸\n', undefined],
  ['    if: nothing(‸)\n', undefined],
  ['    if: constructor(‸)\n', undefined],
  ['  - run: echo ${{ contains(‸\n', undefined],
  ['  - run: |\n      contains(‸\n', undefined],
  ['# contains(‸\n', undefined],
];

describe('signature help', () => {
  for (const [source, expected] of cases) {
    it(JSON.stringify(source), () => assert.deepEqual(at(source), expected));
  }

  it('has a parameter for each argument that a function must be given', () => {
    for (const [name, { signature: label, min }] of Object.entries(functions)) {
      const text = `${head}    if: ${name}(`;
      const found = signature(analyse(text, { actions: builtInActions }), text.length);
      assert.equal(found?.label, label);
      assert.ok(found && found.parameters.length >= min, name);
    }
  });
});
