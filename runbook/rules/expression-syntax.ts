import type { Finding, Rule } from '../rule.ts';
import { expressionProblems } from './support/problems.ts';

export const expressionSyntax: Rule = {
  code: 'expression-syntax',
  severity: 'error',
  doc: 'The expression cannot be read. Text in an expression stands in single quotes, a quote inside it is doubled, and `${{` is closed by `}}`.',
  *check(facts): Generator<Finding> {
    for (const { kind, message, range } of expressionProblems(facts)) if (kind === 'syntax') yield { range, message };
  },
  bad: [
    'steps:\n  - run: echo\n    if: success() <<&&>>\n',
    'steps:\n  - run: echo\n    if: run.id == <<"a">>\n',
    'inputs: { a: {} }\nsteps:\n  - run: echo\n    env: { A: "<<${{ inputs.a>>" }\n',
    "steps:\n  - run: echo\n    if: <<contains>>('a')\n",
  ],
  good: ["inputs: { a: {} }\nsteps:\n  - run: echo\n    if: inputs.a == 'it''s' && contains(inputs.a, '}}')\n"],
};
