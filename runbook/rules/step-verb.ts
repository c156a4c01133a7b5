import { verbs } from '../document.ts';
import type { Finding, Rule } from '../rule.ts';
import { entryOf } from '../syntax/tree.ts';
import { headOf } from './support/schema.ts';
import { meansVerb } from './support/verbs.ts';

export const stepVerb: Rule = {
  code: 'step-verb',
  severity: 'error',
  structural: true,
  doc: 'A step does exactly one thing: it runs a script (`run`), uses an action (`uses`), holds other steps (`parallel`, `for-each`, `repeat`, `switch`), runs another runbook (`call`), waits (`wait`), sets values (`set`), lets a model work (`agent`), or is a gate (`approve` alone). `approve` may stand beside another verb; the step then asks before it runs.',
  *check(facts): Generator<Finding> {
    for (const { node } of facts.steps) {
      const [first, second] = verbs.flatMap((verb) => (verb === 'approve' ? [] : (entryOf(node, verb) ?? [])));
      if (first && second) {
        yield {
          range: second.key.range,
          message: `A step has one verb, and this one has \`${first.key.source}\` already. Make it two steps.`,
        };
      } else if (
        !first &&
        !entryOf(node, 'approve') &&
        !facts.broken(node.range) &&
        !node.entries.some(({ key }) => meansVerb(key.source))
      ) {
        yield {
          range: headOf(facts, node),
          message: 'This step does nothing: give it a verb such as `run`, `uses` or `parallel`, or `approve` for a gate of its own.',
        };
      }
    }
  },
  bad: [
    'steps:\n  - <<name: Nothing>>\n',
    'steps:\n  - run: echo\n    <<uses>>: http/request\n    with: { method: GET, url: https://example.net }\n',
    'steps:\n  - run: echo\n    undo: <<{ name: Back }>>\n',
    'steps:\n  - parallel:\n      - <<{ id: a }>>\n      - { run: echo, <<wait>>: 5s }\n',
  ],
  good: ['steps:\n  - approve: { message: Go on? }\n  - run: echo\n    approve: true\n'],
};
