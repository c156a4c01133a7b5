import { parseDuration } from '../core/duration.ts';
import type { Finding, Rule } from '../rule.ts';
import { textOf } from '../syntax/tree.ts';
import { durations } from './support/durations.ts';
import { headOf } from './support/schema.ts';

export const invalidDuration: Rule = {
  code: 'invalid-duration',
  severity: 'error',
  structural: true,
  doc: 'A duration has a unit: `250ms`, `30s`, `5m`, `2h`, `1d`, `1h30m`, or ISO 8601 such as `PT5M`. A bare number could mean seconds, minutes or milliseconds, so it is refused.',
  *check(facts): Generator<Finding> {
    for (const { key, node } of durations(facts)) {
      const text = textOf(node);
      if (text === undefined) {
        if (!facts.broken(node.range))
          yield { range: headOf(facts, node), message: `\`${key}\` must be a duration such as \`30s\` or \`5m\`.` };
        continue;
      }
      const result = parseDuration(text);
      if (result.ok) continue;
      const number = /^\d+$/.test(text) ? text : undefined;
      yield {
        range: headOf(facts, node),
        message: `\`${key}\`: \`${text.slice(0, 40)}\` ${result.message}.`,
        fix: number === undefined ? undefined : { kind: 'add-unit', number },
      };
    }
  },
  bad: [
    'steps:\n  - run: echo\n    timeout: <<30>>\n',
    'defaults: { timeout: <<5 minutes>>, retry: { delay: <<1m1h>> } }\nsteps:\n  - approve: { timeout: <<soon>> }\n',
    'steps:\n  - run: echo\n    timeout: <<>>\n    idempotent: true\n',
    'triggers: [ { alert: { window: <<ten minutes>> } } ]\nsteps:\n  - wait: <<30>>\n  - wait: { until: run.id == 1, every: <<5>>, timeout: <<1 h>> }\n  - repeat: { until: run.id == 1, delay: <<1>> }\n    steps: [ { approve: { escalate: { after: <<x>>, to: [ops] } } } ]\n',
  ],
  good: ['defaults: { timeout: PT5M }\nsteps:\n  - run: echo\n    timeout: 1h30m\n    retry: { delay: 250ms, max-delay: 1d }\n'],
};
