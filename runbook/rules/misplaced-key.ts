import type { Finding, Rule } from '../rule.ts';
import { entryOf } from '../syntax/tree.ts';
import { errorsOf } from './support/schema.ts';

export const misplacedKey: Rule = {
  code: 'misplaced-key',
  severity: 'error',
  structural: true,
  doc: 'The key belongs to another verb: `with` to `uses`, `shell` and `working-directory` to `run`.',
  *check(facts): Generator<Finding> {
    for (const { node, params } of errorsOf(facts, 'dependencies')) {
      const entry = entryOf(node, String(params.property));
      if (entry)
        yield {
          range: entry.key.range,
          message: `\`${entry.key.source}\` belongs to \`${String(params.missingProperty)}\`, which this step does not have.`,
        };
    }
  },
  bad: ['steps:\n  - run: echo\n    <<with>>: { a: 1 }\n', 'steps:\n  - approve: true\n    <<shell>>: sh\n'],
  good: ['steps:\n  - run: echo\n    shell: sh\n    working-directory: logs\n'],
};
