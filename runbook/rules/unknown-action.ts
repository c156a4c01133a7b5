import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { itemsOf, stringOf, valueIn } from '../syntax/tree.ts';

export const unknownAction: Rule = {
  code: 'unknown-action',
  severity: 'error',
  doc: 'The catalogue has no action of this name. `runwright actions list` and completion behind `uses:` show those that exist.',
  *check({ steps, actions }): Generator<Finding> {
    for (const { node } of steps) {
      for (const at of [valueIn(node, 'uses'), ...itemsOf(valueIn(valueIn(node, 'agent'), 'tools'))]) {
        const name = stringOf(at);
        if (name === undefined || !at || actions.has(name)) continue;
        const by = similar(name, actions.keys());
        yield {
          range: at.range,
          message: `There is no action \`${name.slice(0, 80)}\`.${didYouMean(by)}`,
          fix: by.length > 0 ? { kind: 'replace', by } : undefined,
        };
      }
    }
  },
  bad: [
    'steps:\n  - uses: <<http/reqest>>\n    with: { method: GET }\n',
    'steps:\n  - agent: { goal: Find out why, tools: [http/request, <<http/requets>>] }\n',
  ],
  good: ['steps:\n  - uses: http/request\n    with: { method: GET, url: https://example.net }\n'],
};
