import { outputsOf } from '../outputs.ts';
import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { itemsOf, stringOf, valueIn } from '../syntax/tree.ts';

export const unknownSecretOutput: Rule = {
  code: 'unknown-secret-output',
  severity: 'error',
  doc: '`secret-outputs` names an output that the step does not have, so the one that is meant would not be kept secret.',
  *check({ steps, actions, around }): Generator<Finding> {
    for (const step of steps) {
      const { names, complete } = outputsOf(step, actions, around);
      if (!complete) continue;
      for (const item of itemsOf(valueIn(step.node, 'secret-outputs'))) {
        const name = stringOf(item);
        if (name === undefined || names.some((one) => one.toLowerCase() === name.toLowerCase())) continue;
        const by = similar(name, names);
        yield {
          range: item.range,
          message: `The step has no output \`${name}\`.${by.length > 0 ? didYouMean(by) : ` It has: ${names.join(', ')}.`}`,
          fix: by.length > 0 ? { kind: 'replace', by } : undefined,
        };
      }
    }
  },
  bad: ['steps:\n  - uses: http/request\n    with: { url: https://example.net/token }\n    secret-outputs: [json, <<boody>>]\n'],
  good: ['steps:\n  - run: echo "token=$(make-token)" >> "$RUNWRIGHT_OUTPUT"\n    secret-outputs: [token]\n'],
};
