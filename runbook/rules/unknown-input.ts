import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { undeclared } from './support/declared.ts';

export const unknownInput: Rule = {
  code: 'unknown-input',
  severity: 'error',
  doc: 'The expression refers to an input that the runbook does not declare under `inputs`.',
  *check(facts): Generator<Finding> {
    for (const { name, range } of undeclared(facts, 'inputs', (name) => facts.whole.input(name) !== undefined)) {
      const by = similar(
        name,
        facts.whole.inputs().map((input) => input.name),
      );
      yield {
        range,
        message: `The runbook has no input \`${name}\`.${didYouMean(by)}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
    }
  },
  bad: [
    'inputs: { host: {} }\nsteps:\n  - run: echo\n    env: { H: "${{ inputs.<<hots>> }}" }\n',
    "steps:\n  - run: echo\n    if: inputs['<<x>>'] == 1\n",
    "inputs: { host: {} }\nsteps:\n  - run: echo\n    env:\n      A: >-\n        line ${{ inputs.host }}\n        and ${{ inputs.<<hos>> }} ü\n      B: \"\\u00fc\\n${{ inputs.<<hst>> }}\"\n      C: 'it''s ${{ inputs.<<ho>> }}'\n",
  ],
  good: ["inputs: { host: {} }\nsteps:\n  - run: echo\n    if: INPUTS.Host == 'a' || inputs['host'] == 'b'\n"],
};
