import type { Finding, Rule } from '../rule.ts';
import { entryOf, itemsOf, valueIn } from '../syntax/tree.ts';
import { headOf } from './support/schema.ts';

export const unreachableBranch: Rule = {
  code: 'unreachable-branch',
  severity: 'warning',
  doc: 'The first branch of a `switch` that holds is taken, and `else` always holds: what stands behind it is never reached. Put `else` last.',
  *check(facts): Generator<Finding> {
    for (const { node } of facts.steps) {
      const branches = itemsOf(valueIn(node, 'switch'));
      const last = branches.findIndex((branch) => entryOf(branch, 'else') && !entryOf(branch, 'if'));
      if (last < 0) continue;
      for (const branch of branches.slice(last + 1)) {
        const [first] = branch.kind === 'map' ? branch.entries : [];
        yield { range: first?.key.range ?? headOf(facts, branch), message: 'This branch is never reached: `else` stands before it.' };
      }
    }
  },
  bad: [
    'steps:\n  - switch:\n      - { else: true, steps: [ { run: echo } ] }\n      - { <<if>>: run.id == 1, steps: [ { run: ls } ] }\n      - { <<else>>: true, steps: [ { run: ls } ] }\n',
  ],
  good: ['steps:\n  - switch:\n      - { if: run.id == 1, steps: [ { run: ls } ] }\n      - { else: true, steps: [ { run: echo } ] }\n'],
};
