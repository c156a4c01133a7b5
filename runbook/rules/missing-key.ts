import type { Finding, Rule } from '../rule.ts';
import { similar } from '../similar.ts';
import { entriesOf } from '../syntax/tree.ts';
import { headOf } from './support/schema.ts';

const needed = {
  runbook: 'a runbook begins with `runbook: v1`',
  name: 'say in a few words what the runbook does',
  steps: 'a runbook has at least one step',
} as const;

export const missingKey: Rule = {
  code: 'missing-key',
  severity: 'error',
  structural: true,
  once: true,
  doc: 'A runbook needs `runbook: v1`, a `name` and `steps`.',
  *check(facts): Generator<Finding> {
    const { root, syntax, whole } = facts;
    // A half that could not be read may hold the key.
    if (root?.kind !== 'map' || syntax.problems.length > 0) return;
    for (const [name, reason] of Object.entries(needed)) {
      // A mistyped key has its own diagnostic.
      if (whole.has(name) || entriesOf(root).some(({ key }) => similar(key.source, [name]).length > 0)) continue;
      yield { range: headOf(facts, root), message: `The key \`${name}\` is missing: ${reason}.` };
    }
  },
  bad: ['<<runbook: v1>>\nsteps:\n  - run: echo\n', '<<runbook: v1>>\nname: No steps\n'],
  good: ['runbook: v1\nname: Whole\nsteps:\n  - run: echo\n'],
};
