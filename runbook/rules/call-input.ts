import type { Finding, Rule } from '../rule.ts';
import { entryOf } from '../syntax/tree.ts';
import { calls } from './support/calls.ts';
import { givenInputs, missingInputs, sampleInput } from './support/inputs.ts';

export const callInput: Rule = {
  code: 'call-input',
  severity: 'error',
  doc: 'What stands under `with` does not fit the inputs of the runbook that is called: one is missing, unknown, or of the wrong kind. Values that hold `${{ }}` are checked when the step runs.',
  *check(facts): Generator<Finding> {
    for (const { step, at, called } of calls(facts)) {
      if (called === 'missing' || called.broken) continue;
      const given = entryOf(step.node, 'with')?.value;
      yield* givenInputs(facts, given, 'The runbook that is called', called.inputs);
      const missing = missingInputs(given, called.inputs);
      if (missing.length === 0 || facts.broken(given?.range ?? at.range)) continue;
      const keys = missing.map((name) => ({ name, value: sampleInput(called.inputs[name]) }));
      yield {
        range: at.range,
        message: `The runbook that is called needs ${missing.map((name) => `\`${name}\``).join(', ')} under \`with\`.`,
        fix: { kind: 'add-keys', step: step.path, into: 'with', keys },
      };
    }
  },
  bad: [
    'steps:\n  - call: <<./restart.runbook.yaml>>\n',
    'steps:\n  - call: ./restart.runbook.yaml\n    with: { service: web, <<garce>>: 5s, count: <<12>> }\n',
    'steps:\n  - call: ./restart.runbook.yaml\n    with: { service: web, grace: <<5 seconds>> }\n',
  ],
  good: [
    'inputs: { n: { type: integer } }\nsteps:\n  - id: back\n    call: ./restart.runbook.yaml\n    with: { service: web, count: "${{ inputs.n }}" }\n  - run: echo\n    if: steps.back.outputs.pid != \'\'\n',
  ],
};
