import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { expressionProblems, isElsewhere } from './support/problems.ts';

export const unknownContext: Rule = {
  code: 'unknown-context',
  severity: 'error',
  doc: 'A name in an expression begins with a context: `inputs`, `steps`, `env`, `secrets`, `run`, `target`, `attempt`; `item`, or what `as` calls it, inside `for-each`; `result` in `outputs` of a step; `error` in `undo`, `fallback`, `on-failure` and `retry`; `alert` in a trigger, and nothing else there; `inputs` alone in the group of `concurrency`. A text needs single quotes.',
  *check(facts): Generator<Finding> {
    for (const { kind, name, range, contexts } of expressionProblems(facts)) {
      if (kind !== 'context') continue;
      const by = similar(name, contexts);
      const message = isElsewhere(name)
        ? `\`${name}\` has no meaning here.`
        : `There is no \`${name}\` in expressions.${by.length > 0 ? didYouMean(by) : ` ${contexts.length > 0 ? `Known are: ${contexts.join(', ')}; a text stands in single quotes.` : 'Here stands a value, not an expression.'}`}`;
      yield { range, message, fix: by.length > 0 ? { kind: 'replace', by } : undefined };
    }
  },
  bad: [
    'inputs: { a: {} }\nsteps:\n  - run: echo\n    if: <<input>>.a == 1\n',
    'steps:\n  - run: echo\n    env: { A: "${{ <<result>>.stdout }}" }\n',
    'inputs: { hosts: { type: list } }\nsteps:\n  - for-each: inputs.hosts\n    as: host\n    steps: [ { run: echo, env: { A: "${{ host }}", B: "${{ <<item>> }}" } } ]\n    outputs: { last: "${{ <<host>> }}" }\n',
    'inputs: { a: {} }\nconcurrency: { group: "${{ <<run>>.id }}" }\ntriggers:\n  - alert: { match: <<inputs>>.a == 1, with: { a: "${{ alert.labels.a }}" } }\n  - schedule: { cron: 0 3 * * *, with: { a: "${{ <<alert>>.labels.a }}" } }\nsteps:\n  - run: echo\n',
  ],
  good: [
    'steps:\n  - run: echo\n    outputs: { a: "${{ result.stdout }}" }\n    undo: { run: echo, env: { WHY: "${{ error.message }}" } }\n',
  ],
};
