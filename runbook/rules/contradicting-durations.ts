import { parseDuration } from '../core/duration.ts';
import type { Finding, Rule } from '../rule.ts';
import { entryOf, type Node, textOf, valueIn } from '../syntax/tree.ts';

export const contradictingDurations: Rule = {
  code: 'contradicting-durations',
  severity: 'warning',
  doc: 'Two durations contradict each other, so one has no effect: an approval is escalated only before its time runs out, a condition is looked at again only before the wait ends, and a delay is never longer than `max-delay`.',
  *check({ root, steps }): Generator<Finding> {
    yield* compare(valueIn(valueIn(root, 'defaults'), 'retry'), 'delay', 'max-delay', 'more', delay);
    for (const { node } of steps) {
      const approve = valueIn(node, 'approve');
      const after = entryOf(valueIn(approve, 'escalate'), 'after');
      const limit = length(valueIn(approve, 'timeout'));
      const first = length(after?.value);
      if (after && first !== undefined && limit !== undefined && first >= limit)
        yield { range: after.value.range, message: 'Nobody else is ever asked: the question runs out before that.' };
      yield* compare(valueIn(node, 'retry'), 'delay', 'max-delay', 'more', delay);
      yield* compare(
        valueIn(node, 'wait'),
        'every',
        'timeout',
        'as-much',
        'The condition is looked at only once: the wait ends before the second time.',
      );
    }
  },
  bad: [
    'steps:\n  - approve: { timeout: 10m, escalate: { after: <<1h>>, to: [leads] } }\n  - wait: { until: run.id == 1, every: <<10m>>, timeout: 5m }\n  - run: echo\n    retry: { attempts: 3, delay: <<1m>>, max-delay: 10s }\n',
  ],
  good: [
    'steps:\n  - approve: { timeout: 1h, escalate: { after: 10m, to: [leads] } }\n  - wait: { until: run.id == 1, every: 10s, timeout: PT5M }\n  - run: echo\n    retry: { attempts: 3, delay: 10s, max-delay: 10s }\n',
  ],
};

const delay = 'The delay is never this long: `max-delay` is shorter.';

function* compare(node: Node | undefined, key: string, limitKey: string, when: 'more' | 'as-much', message: string): Generator<Finding> {
  const entry = entryOf(node, key);
  const [value, limit] = [length(entry?.value), length(valueIn(node, limitKey))];
  if (entry && value !== undefined && limit !== undefined && (when === 'more' ? value > limit : value >= limit))
    yield { range: entry.value.range, message };
}

/** Milliseconds. */
function length(node: Node | undefined): number | undefined {
  const text = textOf(node);
  const result = text === undefined ? undefined : parseDuration(text);
  return result?.ok ? result.milliseconds : undefined;
}
