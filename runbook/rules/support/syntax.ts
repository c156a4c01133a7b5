import type { Finding, Rule } from '../../rule.ts';
import type { SyntaxCode } from '../../syntax/problem.ts';

/** A rule whose findings the reader of YAML has made already. */
export function fromSyntax(code: SyntaxCode, doc: string, examples: Pick<Rule, 'bad' | 'good'>): Rule {
  return {
    code,
    severity: 'error',
    structural: true,
    doc,
    check: ({ syntax }): Finding[] =>
      syntax.problems.filter((problem) => problem.code === code).map(({ range, message }) => ({ range, message })),
    ...examples,
  };
}
