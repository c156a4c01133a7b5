import type { Finding, Rule } from '../rule.ts';
import { entryOf, valueIn } from '../syntax/tree.ts';

export const missingUndo: Rule = {
  code: 'missing-undo',
  severity: 'hint',
  doc: 'The runbook says `on-failure: rollback`, and this action changes something, but nothing says how to take it back: a rollback leaves it as it is. Add `undo`, or leave it if there is nothing to take back.',
  *check({ steps, actions, whole }): Generator<Finding> {
    if (!whole.rollsBack()) return;
    for (const { node, uses, list, role } of steps) {
      if (list !== 'steps' || role !== 'step' || uses === undefined || entryOf(node, 'undo')) continue;
      const risk = actions.get(uses)?.risk;
      const at = valueIn(node, 'uses');
      if (at && risk !== undefined && risk !== 'low' && !readsOnly(node))
        yield { range: at.range, message: `A rollback cannot take ${uses} back: the step has no \`undo\`.` };
    }
  },
  bad: ['on-failure: rollback\nsteps:\n  - uses: <<http/request>>\n    with: { method: POST, url: https://example.net }\n'],
  good: [
    'on-failure: rollback\nsteps:\n  - { uses: http/request, with: { url: https://example.net } }\n  - uses: http/request\n    with: { method: POST, url: https://example.net }\n    undo: { uses: http/request, with: { method: DELETE, url: https://example.net } }\n',
  ],
};

/** A request that only asks. */
function readsOnly(node: Parameters<typeof entryOf>[0]): boolean {
  const method = valueIn(valueIn(node, 'with'), 'method');
  return method === undefined
    ? valueIn(valueIn(node, 'with'), 'url') !== undefined
    : method.kind === 'scalar' && /^(?:GET|HEAD|OPTIONS)$|\$\{\{/.test(method.source);
}
