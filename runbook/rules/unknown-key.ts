import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { entryOf } from '../syntax/tree.ts';
import { errorsOf } from './support/schema.ts';

export const unknownKey: Rule = {
  code: 'unknown-key',
  severity: 'error',
  structural: true,
  doc: 'The language has no such key here, so it would have no effect. Correct the spelling, or put notes and anchors under a key that begins with `x-`.',
  *check(facts): Generator<Finding> {
    for (const { node, params, key: parent, schema, pointer } of errorsOf(facts, 'additionalProperties')) {
      const name = String(params.additionalProperty);
      const entry = entryOf(node, name);
      if (!entry) continue;
      const known = Object.keys(schema.properties ?? {});
      const by = similar(
        name,
        known.filter((key) => entry.merged || !(pointer === '' ? facts.whole.has(key) : entryOf(node, key))),
      );
      const kind = schema.properties?.type?.enum;
      const where =
        parent === ''
          ? 'a runbook'
          : schema.properties?.run
            ? 'a step'
            : kind?.length === 1
              ? `a target of type \`${String(kind[0])}\``
              : `\`${parent}\``;
      const hint = by.length > 0 ? didYouMean(by) : ` It has: ${known.join(', ')}.`;
      yield {
        range: entry.key.range,
        message: `There is no key \`${name}\` in ${where}.${hint}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
    }
  },
  bad: [
    'steps:\n  - run: echo\n    <<timout>>: 5s\n',
    '<<stpes>>: []\nsteps:\n  - run: echo\n',
    'inputs:\n  ip: { type: string, <<reqired>>: true }\nsteps:\n  - run: echo\n',
    'steps:\n  - run: echo\n    retry: { <<count>>: 2 }\n',
    'targets: { edge: { type: ssh, host: edge-1, <<hots>>: b, <<database>>: c } }\nsteps:\n  - run: echo\n    target: edge\n',
    'steps:\n  - parallel:\n      - { run: echo, fallback: { run: ls, <<timout>>: 5s } }\n',
  ],
  good: ['x-note: anything\nsteps:\n  - run: echo\n    x-owner: ops\n'],
};
