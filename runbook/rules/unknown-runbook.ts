import type { Finding, Rule } from '../rule.ts';
import { calls } from './support/calls.ts';

export const unknownRunbook: Rule = {
  code: 'unknown-runbook',
  severity: 'error',
  doc: 'There is no file at the path behind `call`. It is looked for from the folder of the runbook that calls.',
  *check(facts): Generator<Finding> {
    for (const { at, path, called } of calls(facts))
      if (called === 'missing') yield { range: at.range, message: `There is no runbook \`${path.slice(0, 120)}\`.` };
  },
  bad: ['steps:\n  - call: <<./restrat.runbook.yaml>>\n'],
  good: ['steps:\n  - call: ./restart.runbook.yaml\n    with: { service: web }\n'],
};
