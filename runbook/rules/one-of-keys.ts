import type { Facts, Finding, Rule } from '../rule.ts';
import { entryOf, itemsOf, type Node, stringOf, valueIn } from '../syntax/tree.ts';
import { headOf } from './support/schema.ts';

export const oneOfKeys: Rule = {
  code: 'one-of-keys',
  severity: 'error',
  structural: true,
  doc: 'Of two keys there is exactly one: a trigger is an `alert` or a `schedule`, a branch of `switch` has a condition (`if`) or is for everything else (`else: true`). An SSH target has at most one way to log in.',
  *check(facts): Generator<Finding> {
    for (const trigger of itemsOf(valueIn(facts.root, 'triggers'))) {
      yield* exactlyOne(facts, trigger, ['alert', 'schedule'], 'A trigger is either an `alert` or a `schedule`');
    }
    for (const { node } of facts.targets) {
      const given =
        stringOf(valueIn(node, 'type')) === 'ssh' ? ['key', 'password', 'agent'].flatMap((key) => entryOf(node, key) ?? []) : [];
      // `agent: false` is no way to log in.
      const ways = given.filter(({ value }) => value.kind !== 'scalar' || value.value !== false);
      for (const { key } of ways.slice(1))
        yield {
          range: key.range,
          message: `Of \`key\`, \`password\` and \`agent\` only one counts, and there is \`${ways[0]?.key.source ?? ''}\` already.`,
        };
    }
    for (const { node } of facts.steps) {
      for (const branch of itemsOf(valueIn(node, 'switch')))
        yield* exactlyOne(facts, branch, ['if', 'else'], 'A branch has either a condition (`if`) or `else: true`');
    }
  },
  bad: [
    'secrets: [k, p]\ntargets: { edge: { type: ssh, host: edge-1, key: "${{ secrets.k }}", <<password>>: "${{ secrets.p }}", agent: false } }\nsteps:\n  - run: echo\n',
    'triggers: [ <<{ }>>, { schedule: { cron: 0 3 * * * }, <<alert>>: { source: prometheus } } ]\nsteps:\n  - run: echo\n',
    'steps:\n  - switch:\n      - <<steps: [ { run: echo } ]>>\n      - { if: run.id == 1, <<else>>: true, steps: [ { run: echo } ] }\n',
  ],
  good: ['steps:\n  - switch:\n      - { if: run.id == 1, steps: [ { run: echo } ] }\n      - { else: true, steps: [ { run: ls } ] }\n'],
};

function* exactlyOne(facts: Facts, node: Node, keys: readonly string[], rule: string): Generator<Finding> {
  if (node.kind !== 'map') return;
  const [first, second] = keys.flatMap((key) => entryOf(node, key) ?? []).sort((a, b) => a.key.range.start - b.key.range.start);
  if (second) yield { range: second.key.range, message: `${rule}, not both.` };
  else if (!first && !facts.broken(node.range)) yield { range: headOf(facts, node), message: `${rule}; this one has neither.` };
}
