import type { Finding, Rule } from '../rule.ts';

export const duplicateStepId: Rule = {
  code: 'duplicate-step-id',
  severity: 'error',
  structural: true,
  doc: 'Two steps have the same id, so `steps.ID` would not say which one. Ids are unique in the whole file, in `verify`, `finally` and `undo` too.',
  *check({ steps, lines }): Generator<Finding> {
    const first = new Map<string, number>();
    for (const { id } of steps) {
      if (!id) continue;
      const line = lines.position(id.node.range.start).line + 1;
      const before = first.get(id.name.toLowerCase());
      if (before === undefined) first.set(id.name.toLowerCase(), line);
      else yield { range: id.node.range, message: `The id \`${id.name}\` is taken by the step on line ${before}.` };
    }
  },
  bad: ['steps:\n  - { id: a, run: echo }\n  - { id: <<a>>, run: echo }\nverify:\n  - { id: <<A>>, run: echo }\n'],
  good: ['steps:\n  - { id: a, run: echo }\n  - { id: b, run: echo }\n  - run: echo\n'],
};
