import type { Finding, Rule } from '../rule.ts';
import { similar } from '../similar.ts';
import { entriesOf } from '../syntax/tree.ts';
import { errorsOf, headOf } from './support/schema.ts';

export const missingKey: Rule = {
  code: 'missing-key',
  severity: 'error',
  structural: true,
  also: true,
  doc: 'A runbook needs `runbook: v1`, a `name` and `steps`.',
  *check(facts): Generator<Finding> {
    for (const { node, params } of errorsOf(facts, 'required')) {
      // A half that could not be read may hold the key.
      if (!facts.whole.readable()) continue;
      // A mistyped key has its own diagnostic.
      if (entriesOf(node).some(({ key }) => similar(key.source, [String(params.missingProperty)]).length > 0)) continue;
      yield {
        range: headOf(facts, node),
        message: `The key \`${String(params.missingProperty)}\` is missing: ${reasons[String(params.missingProperty)] ?? 'it is required here'}.`,
      };
    }
  },
  bad: ['<<runbook: v1>>\nsteps:\n  - run: echo\n', '<<runbook: v1>>\nname: No steps\n'],
  good: ['runbook: v1\nname: Whole\nsteps:\n  - run: echo\n'],
};

const reasons: Readonly<Record<string, string>> = {
  runbook: 'a runbook begins with `runbook: v1`',
  name: 'say in a few words what the runbook does',
  steps: 'a runbook has at least one step',
};
