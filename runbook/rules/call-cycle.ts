import type { Finding, Rule } from '../rule.ts';
import { calls } from './support/calls.ts';

export const callCycle: Rule = {
  code: 'call-cycle',
  severity: 'error',
  doc: 'The runbook that is called leads back to itself, so the run would never end. To repeat steps there are `repeat` and `for-each`.',
  *check(facts): Generator<Finding> {
    for (const { at, called } of calls(facts))
      if (called !== 'missing' && called.calls.includes(called.file))
        yield { range: at.range, message: 'This call leads back to the same runbook, so it would never end.' };
  },
  bad: ['steps:\n  - call: <<./circle.runbook.yaml>>\n'],
  good: ['steps:\n  - call: ./restart.runbook.yaml\n    with: { service: web }\n'],
};
