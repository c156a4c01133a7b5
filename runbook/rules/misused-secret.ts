import { soleReference } from '../core/expression.ts';
import type { Finding, Rule } from '../rule.ts';

export const misusedSecret: Rule = {
  code: 'misused-secret',
  severity: 'error',
  doc: 'A secret is used whole: `${{ secrets.NAME }}`, alone or inside text, in `env` or `with`. No function takes it, nothing compares it, and it cannot become an output, because all of these would let it leak.',
  *check({ expressions }): Generator<Finding> {
    for (const { place, parsed, references, locate } of expressions) {
      if (place === 'run' || !parsed.ok) continue;
      const secret = references.find((reference) => reference.context === 'secrets');
      if (!secret) continue;
      const at = locate(secret.start, secret.end);
      if (place !== 'env' && place !== 'with') yield { range: at, message: 'A secret may be used in `env` and `with` only.' };
      else if (soleReference(parsed, 'secrets') === undefined)
        yield { range: at, message: 'A secret stands alone in its braces: `${{ secrets.NAME }}`. No function or operator takes it.' };
    }
  },
  bad: [
    'secrets: [key]\nsteps:\n  - run: echo\n    if: <<secrets.key>> == 1\n',
    'secrets: [key]\nsteps:\n  - run: echo\n    env: { A: "${{ toJSON(<<secrets>>) }}", B: "${{ format(\'{0}\', <<secrets.key>>) }}" }\n',
    'secrets: [key]\nsteps:\n  - run: echo\noutputs: { k: "${{ <<secrets.key>> }}" }\n',
  ],
  good: [
    'secrets: [key]\nenv: { K: "${{ secrets.key }}" }\nsteps:\n  - run: echo\n    env: { URL: "https://u:${{ secrets[\'key\'] }}@example.net" }\n',
  ],
};
