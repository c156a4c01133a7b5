import { labelOf } from '../outputs.ts';
import type { Finding, Rule } from '../rule.ts';

export const duplicateStepId: Rule = {
  code: 'duplicate-step-id',
  severity: 'error',
  structural: true,
  doc: 'Two steps have the same id, so `steps.ID` would not say which one. Ids are unique in the whole file, in `verify`, `finally` and `undo` too.',
  *check({ steps, whole }): Generator<Finding> {
    for (const step of steps) {
      const { id } = step;
      const first = id && whole.step(id.name);
      if (id && first && first !== step) yield { range: id.node.range, message: `The id \`${id.name}\` is taken by ${labelOf(first)}.` };
    }
  },
  bad: ['steps:\n  - { id: a, run: echo }\n  - { id: <<a>>, run: echo }\nverify:\n  - { id: <<A>>, run: echo }\n'],
  good: ['steps:\n  - { id: a, run: echo }\n  - { id: b, run: echo }\n  - run: echo\n'],
};
