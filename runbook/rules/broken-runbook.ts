import type { Finding, Rule } from '../rule.ts';
import { calls } from './support/calls.ts';

export const brokenRunbook: Rule = {
  code: 'broken-runbook',
  severity: 'error',
  doc: 'The runbook that is called has errors of its own, so the call would fail. Open it and repair them.',
  *check(facts): Generator<Finding> {
    for (const { at, called } of calls(facts))
      if (called !== 'missing' && called.broken)
        yield { range: at.range, message: 'The runbook that is called has errors: it could not run.' };
  },
  bad: ['steps:\n  - call: <<./broken.runbook.yaml>>\n'],
  good: ['steps:\n  - call: ./restart.runbook.yaml\n    with: { service: web }\n'],
};
