import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { valueIn } from '../syntax/tree.ts';

export const unknownAction: Rule = {
  code: 'unknown-action',
  severity: 'error',
  doc: 'The catalogue has no action of this name. `runwright actions list` and completion behind `uses:` show those that exist.',
  *check({ steps, actions }): Generator<Finding> {
    for (const { node, uses } of steps) {
      const at = valueIn(node, 'uses');
      if (uses === undefined || !at || actions.has(uses)) continue;
      const by = similar(uses, actions.keys());
      yield {
        range: at.range,
        message: `There is no action \`${uses.slice(0, 80)}\`.${didYouMean(by)}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
    }
  },
  bad: ['steps:\n  - uses: <<http/reqest>>\n    with: { method: GET }\n'],
  good: ['steps:\n  - uses: http/request\n    with: { method: GET, url: https://example.net }\n'],
};
