import type { Finding, Rule } from '../rule.ts';
import { entryOf, stringOf, valueIn } from '../syntax/tree.ts';

export const missingUndo: Rule = {
  code: 'missing-undo',
  severity: 'hint',
  doc: 'The runbook says `on-failure: rollback`, and this step is of high risk, but nothing says how to take it back: a rollback leaves it as it is. Add `undo`, or leave it if there is nothing to take back.',
  *check({ steps, actions, whole }): Generator<Finding> {
    if (!whole.rollsBack()) return;
    for (const { node, verb, uses, list, role } of steps) {
      if (list !== 'steps' || role !== 'step' || (verb !== 'run' && verb !== 'uses') || entryOf(node, 'undo')) continue;
      if (actions.get(uses ?? '')?.undo !== undefined) continue;
      const own = entryOf(node, 'risk')?.value;
      const at = own ?? valueIn(node, 'uses');
      const risk = own ? stringOf(own) : actions.get(uses ?? '')?.risk;
      if (at && (risk === 'high' || risk === 'critical'))
        yield { range: at.range, message: 'This hurts when it is wrong, and a rollback cannot take it back: the step has no `undo`.' };
    }
  },
  bad: ['on-failure: rollback\nsteps:\n  - { run: drop-old-tables, risk: <<high>> }\n'],
  good: [
    'on-failure: rollback\nsteps:\n  - { uses: http/request, with: { method: POST, url: https://example.net } }\n  - uses: sql/execute\n    target: db\n    risk: high\n    with: { query: INSERT INTO marks VALUES (1) }\n    undo: { uses: sql/execute, with: { query: DELETE FROM marks } }\n',
  ],
};
