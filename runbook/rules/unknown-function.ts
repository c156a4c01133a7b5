import { functions } from '../core/expression.ts';
import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { expressionProblems } from './support/problems.ts';

export const unknownFunction: Rule = {
  code: 'unknown-function',
  severity: 'error',
  doc: `Expressions have these functions: ${Object.keys(functions).join(', ')}.`,
  *check(facts): Generator<Finding> {
    for (const { kind, name, range } of expressionProblems(facts)) {
      if (kind !== 'function') continue;
      const by = similar(name, Object.keys(functions));
      yield {
        range,
        message: `There is no function \`${name}\`.${didYouMean(by)}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
    }
  },
  bad: ["steps:\n  - run: echo\n    if: <<contain>>('ab', 'a')\n", 'steps:\n  - run: echo\n    if: <<toString>>(1)\n'],
  good: ["steps:\n  - run: echo\n    if: CONTAINS('ab', 'a') && always()\n"],
};
