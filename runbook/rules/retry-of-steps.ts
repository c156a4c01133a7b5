import type { Finding, Rule } from '../rule.ts';
import { entryOf } from '../syntax/tree.ts';

export const retryOfSteps: Rule = {
  code: 'retry-of-steps',
  severity: 'error',
  doc: 'An action that is made of steps is no single attempt: what is tried again, and what takes too long, is one of its steps. Write `retry` and `timeout` on the steps in its file.',
  *check({ steps, actions }): Generator<Finding> {
    for (const { node, uses } of steps) {
      const manifest = uses === undefined ? undefined : actions.get(uses);
      if (manifest?.madeOf !== 'steps') continue;
      for (const name of ['retry', 'timeout']) {
        const entry = entryOf(node, name);
        if (entry)
          yield {
            range: entry.key.range,
            message: `${manifest.name} is made of steps, so \`${name}\` has no effect here; give it to its steps.`,
          };
      }
    }
  },
  bad: ['steps:\n  - uses: hosts/drain\n    <<retry>>: { attempts: 3 }\n    <<timeout>>: 5m\n'],
  good: [
    'steps:\n  - uses: hosts/drain\n  - { uses: http/request, with: { url: https://example.net }, retry: { attempts: 3 }, timeout: 1m }\n',
  ],
};
