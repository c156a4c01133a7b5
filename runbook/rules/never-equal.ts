import type { Expr } from '@actions/expressions';
import { Binary, Literal } from '@actions/expressions/ast';
import { walkExpression } from '../core/expression.ts';
import type { Finding, Rule } from '../rule.ts';
import { orList } from '../schema/words.ts';
import { didYouMean, similar } from '../similar.ts';
import { type Known, knownOf } from '../types.ts';

export const neverEqual: Rule = {
  code: 'never-equal',
  severity: 'warning',
  doc: "The two sides of the comparison are of kinds that are never equal, or the value is none that the other side can have: a boolean is compared with `true`, not with the text `'true'`, and an outcome is `success`, `failure`, `skipped` or `cancelled`.",
  *check(facts): Generator<Finding> {
    for (const { place, parsed, locate } of facts.expressions) {
      if (place === 'run' || !parsed.ok) continue;
      for (const { left, right, unequal } of comparisons(parsed.expr)) {
        const text = right.literal.coerceString();
        const known = knownOf(left, facts);
        const why = reason(text, known);
        if (!why) continue;
        const { start, end } = parsed.place(right.token);
        const by =
          known.type === 'boolean' && /^(?:true|false)$/i.test(text)
            ? [text.toLowerCase()]
            : similar(text, known.values ?? []).map((one) => `'${one}'`);
        yield {
          range: locate(start, end),
          message: `This is ${unequal ? 'always true' : 'never true'}: the value ${why}.${didYouMean(by)}`,
          fix: by.length > 0 ? { kind: 'replace', by } : undefined,
        };
      }
    }
  },
  bad: [
    "inputs: { dry: { type: boolean, default: false } }\nsteps:\n  - run: echo\n    if: inputs.dry == <<'true'>>\n",
    "steps:\n  - { id: check, run: echo }\n  - run: echo\n    if: steps.check.outcome == <<'failed'>> || <<'done'>> != steps.check.outcome\n",
    "steps:\n  - { id: get, uses: http/request, with: { url: https://example.net } }\n  - run: echo\n    if: steps.get.outputs.status == <<'ok'>>\n    env: { A: \"${{ steps.get.outputs.headers == <<'none'>> }}\" }\n",
    "inputs: { mode: { type: choice, options: [slow, quick], default: slow } }\nsteps:\n  - run: echo\n    if: inputs.mode != <<'quik'>>\n",
  ],
  good: [
    "inputs: { dry: { type: boolean, default: false }, mode: { type: choice, options: [slow, quick], default: slow } }\nsteps:\n  - { id: get, uses: http/request, with: { url: https://example.net } }\n  - run: echo\n    if: inputs.dry == false && inputs.mode == 'QUICK' && steps.get.outputs.status == '200' && steps.get.outcome != 'failure' && inputs.dry != ''\n",
  ],
};

/** Comparisons with a text, whichever side it is on. */
function* comparisons(expr: Expr): Generator<{ left: Expr; right: Literal; unequal: boolean }> {
  for (const one of walkExpression(expr)) {
    if (!(one instanceof Binary) || !/^[!=]=$/.test(one.operator.lexeme)) continue;
    const unequal = one.operator.lexeme === '!=';
    if (isText(one.right) && !isText(one.left)) yield { left: one.left, right: one.right, unequal };
    else if (isText(one.left) && !isText(one.right)) yield { left: one.right, right: one.left, unequal };
  }
}

const isText = (expr: Expr): expr is Literal => expr instanceof Literal && expr.token.lexeme.startsWith("'");

/** Text that is a number, or empty, could equal a number, true or false, or a value that is missing. */
function reason(text: string, { type, values }: Known): string | undefined {
  if (text.trim() === '' || !Number.isNaN(Number(text))) return undefined;
  if (values)
    return values.some((one) => one.toLowerCase() === text.toLowerCase()) ? undefined : `is ${orList(values.map((one) => `\`${one}\``))}`;
  if (type === 'boolean') return 'is true or false, not a text';
  if (type === 'number') return 'is a number';
  if (type === 'list' || type === 'object') return `is ${type === 'list' ? 'a list' : 'an object'}, which equals no text`;
  return undefined;
}
