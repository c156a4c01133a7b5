import type { Finding, Rule } from '../rule.ts';
import { verbsOf } from '../schema/belongs.ts';
import { quoteAll } from '../schema/words.ts';
import { entryOf } from '../syntax/tree.ts';
import { verbOf } from './support/verbs.ts';

export const misplacedKey: Rule = {
  code: 'misplaced-key',
  severity: 'error',
  structural: true,
  doc: 'The key belongs to another verb and would have no effect here: `with` to `uses` and `call`, `shell` to `run`, `as` to `for-each`, `retry` to `run` and `uses`.',
  *check({ root, steps }): Generator<Finding> {
    for (const step of steps) {
      const { node } = step;
      // A step without a verb has its own diagnostic.
      if (verbOf(step) === undefined) continue;
      for (const { key } of node.entries) {
        const belongs = verbsOf.get(key.source);
        if (!belongs || belongs.some((one) => entryOf(node, one))) continue;
        yield { range: key.range, message: `\`${key.source}\` belongs to ${quoteAll(belongs)}, which this step does not have.` };
      }
    }
    const replaced = entryOf(entryOf(entryOf(root, 'defaults')?.value, 'retry')?.value, 'with');
    if (replaced)
      yield { range: replaced.key.range, message: '`with` belongs to the `retry` of a step: actions take different parameters.' };
  },
  bad: [
    'steps:\n  - run: echo\n    <<with>>: { a: 1 }\n',
    'steps:\n  - approve: true\n    <<shell>>: sh\n',
    'inputs: { hosts: { type: list } }\nsteps:\n  - for-each: inputs.hosts\n    <<timeout>>: 5m\n    <<retry>>: { attempts: 2 }\n    <<fail-fast>>: true\n    steps: [ { run: echo } ]\n',
    'defaults: { retry: { <<with>>: { url: https://example.net } } }\nsteps:\n  - run: echo\n',
  ],
  good: [
    'steps:\n  - run: echo\n    shell: sh\n    working-directory: logs\n',
    'steps:\n  - parallel: [ { run: echo }, { run: ls } ]\n    max-parallel: 1\n    fail-fast: true\n',
  ],
};
