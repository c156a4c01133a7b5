import type { Finding, Rule } from '../rule.ts';
import type { Node } from '../syntax/tree.ts';
import { itemsOf, valueIn } from '../syntax/tree.ts';

export const disabledStep: Rule = {
  code: 'disabled-step',
  severity: 'hint',
  doc: 'The condition is `false`, so this never runs. That is a way to switch a step off for a while; remove the step when it is not needed any more.',
  *check({ steps }): Generator<Finding> {
    for (const { node } of steps) {
      const own = valueIn(node, 'if');
      if (isFalse(own)) yield { range: own.range, message: 'This step never runs: its condition is `false`.' };
      for (const branch of itemsOf(valueIn(node, 'switch'))) {
        const condition = valueIn(branch, 'if');
        if (isFalse(condition)) yield { range: condition.range, message: 'This branch is never taken: its condition is `false`.' };
      }
    }
  },
  bad: [
    'steps:\n  - { run: echo, if: <<false>> }\n  - { run: echo, if: <<"${{ false }}">> }\n',
    'steps:\n  - switch: [ { if: <<false>>, steps: [ { run: echo } ] }, { else: true, steps: [ { run: ls } ] } ]\n',
  ],
  good: ['steps:\n  - { run: echo, if: true }\n  - { run: echo, if: failure() }\n'],
};

function isFalse(node: Node | undefined): node is Node {
  if (node?.kind !== 'scalar') return false;
  return node.value === false || (typeof node.value === 'string' && /^\s*(?:\$\{\{\s*false\s*\}\}|false)\s*$/.test(node.value));
}
