import type { ActionManifest } from '../core/action.ts';
import type { Finding, Rule } from '../rule.ts';
import { entryOf, type Node, textOf, valueIn } from '../syntax/tree.ts';

export const cachedChange: Rule = {
  code: 'cached-change',
  severity: 'error',
  doc: 'Only what reads can be cached: while its outputs are fresh the step does not run, so a change would not be made.',
  *check({ steps, actions }): Generator<Finding> {
    for (const { node, uses } of steps) {
      const cache = entryOf(node, 'cache');
      const manifest = uses === undefined ? undefined : actions.get(uses);
      if (cache && manifest && changes(manifest, node))
        yield { range: cache.key.range, message: `${manifest.name} changes something here, so it cannot be cached.` };
    }
  },
  bad: [
    'steps:\n  - uses: http/request\n    with: { method: POST, url: https://example.net }\n    <<cache>>: { key: a, ttl: 1h }\n',
    'steps:\n  - uses: sql/execute\n    target: db\n    with: { query: DELETE FROM old }\n    <<cache>>: { key: a, ttl: 1h }\n',
  ],
  good: [
    'inputs: { m: {} }\nsteps:\n  - { uses: http/request, with: { url: https://example.net }, cache: { key: a, ttl: 1h } }\n  - { uses: http/request, with: { url: https://example.net, method: "${{ inputs.m }}" }, cache: { key: b, ttl: 1h } }\n',
  ],
};

/** Certainly: its manifest says more than `low`, and by the input that this depends on, if any, it is not safe to repeat. */
function changes({ risk, idempotent }: ActionManifest, node: Node): boolean {
  if (risk === 'low') return false;
  if (typeof idempotent === 'boolean') return true;
  const given = textOf(valueIn(valueIn(node, 'with'), idempotent.input));
  if (given === undefined) return !idempotent.default;
  return !given.includes('${{') && !idempotent.in.includes(given);
}
