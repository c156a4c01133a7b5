import { soleReference } from '../core/expression.ts';
import type { ExpressionSite } from '../expressions.ts';
import type { Facts, Finding, Rule } from '../rule.ts';
import type { Range } from '../syntax/lines.ts';
import { entryOf, itemsOf, type Node, stringOf, valueIn } from '../syntax/tree.ts';

const places: readonly ExpressionSite['place'][] = ['env', 'with', 'retry', 'targets'];

export const misusedSecret: Rule = {
  code: 'misused-secret',
  severity: 'error',
  doc: 'A secret is used whole: `${{ secrets.NAME }}`, alone or inside text, in `env`, in `with` of an action, or in `targets`. No function takes it, nothing compares it, and it cannot become an output or the input of another runbook, because all of these would let it leak. The same holds for a variable that holds a secret, and for an output that `secret-outputs` names.',
  *check(facts): Generator<Finding> {
    for (const site of facts.expressions) {
      const { place, parsed, locate } = site;
      if (place === 'run' || !parsed.ok) continue;
      const secret = secretIn(site, facts);
      if (!secret) continue;
      const range = locate(secret.start, secret.end);
      if (place === 'call')
        yield { range, message: `${secret.what} cannot be handed to another runbook: it declares the secrets that it uses itself.` };
      else if (!places.includes(place)) yield { range, message: `${secret.what} may be used in \`env\`, \`with\` and \`targets\` only.` };
      else if (!secret.alone)
        yield {
          range,
          message: `${secret.what} stands alone in its braces: \`\${{ ${secret.written} }}\`. No function or operator takes it.`,
        };
    }
  },
  bad: [
    'secrets: [key]\nsteps:\n  - run: echo\n    if: <<secrets.key>> == 1\n',
    'secrets: [key]\nsteps:\n  - run: echo\n    env: { A: "${{ toJSON(<<secrets>>) }}", B: "${{ format(\'{0}\', <<secrets.key>>) }}" }\n',
    'secrets: [key]\nsteps:\n  - run: echo\noutputs: { k: "${{ <<secrets.key>> }}" }\n',
    'secrets: [key]\nenv: { KEY: "${{ secrets.key }}" }\nsteps:\n  - { run: echo, if: <<env.KEY>> != \'\' }\n  - run: echo\n    env: { URL: "https://u:${{ secrets.key }}@example.net" }\n    outputs: { u: "${{ <<env.URL>> }}" }\n',
    "steps:\n  - { id: login, run: make-token, secret-outputs: [token] }\n  - run: echo\n    if: startsWith(<<steps.login.outputs.token>>, 'a')\n",
    'secrets: [key]\nsteps:\n  - call: ./restart.runbook.yaml\n    with: { service: "${{ <<secrets.key>> }}" }\n',
  ],
  good: [
    'secrets: [key]\nenv: { K: "${{ secrets.key }}" }\ntargets: { edge: { type: ssh, host: edge-1.example.net, password: "${{ secrets.key }}" } }\nsteps:\n  - run: echo\n    env: { URL: "https://u:${{ secrets[\'key\'] }}@example.net", AGAIN: "${{ env.K }}" }\n  - { id: login, run: make-token, secret-outputs: [token] }\n  - { run: echo, env: { T: "${{ steps.login.outputs.token }}", O: "${{ steps.login.outcome }}" } }\n',
  ],
};

interface Secret extends Range {
  readonly what: string;
  readonly written: string;
  /** It is the whole expression. */
  readonly alone: boolean;
}

/** The first thing in the expression that is a secret; `start` and `end` are offsets in its source. */
function secretIn({ references, parsed, source, step, place }: ExpressionSite, facts: Facts): Secret | undefined {
  for (const { context, segments, start, end, dynamic } of references) {
    const [first, second, third] = segments;
    const whole = references.length === 1 && !dynamic && source.trim() === source.slice(start, end);
    if (context === 'secrets')
      return { what: 'A secret', written: 'secrets.NAME', alone: parsed.ok && soleReference(parsed, 'secrets') !== undefined, start, end };
    if (context === 'env' && first && place !== 'env' && holdsSecret(first.name, step, facts))
      return { what: `\`${first.name}\` holds a secret and`, written: `env.${first.name}`, alone: whole, start, end };
    if (context === 'steps' && first && second?.name.toLowerCase() === 'outputs' && third) {
      const secrets = itemsOf(valueIn(facts.whole.step(first.name)?.node, 'secret-outputs')).map((item) => stringOf(item)?.toLowerCase());
      if (secrets.includes(third.name.toLowerCase()))
        return { what: `\`${third.name}\` is a secret output and`, written: source.slice(start, end), alone: whole, start, end };
    }
  }
  return undefined;
}

/** The variable nearest to the step: its own, one of a step around it, or the runbook's. */
function holdsSecret(name: string, step: ExpressionSite['step'], { whole }: Facts): boolean {
  for (let one = step; one; one = one.parent) {
    const own = entryOf(valueIn(one.node, 'env'), name);
    if (own) return isSecret(own.value);
  }
  const shared = whole.variable(name);
  return shared !== undefined && isSecret(shared.node);
}

const isSecret = (node: Node): boolean => /\$\{\{[^}]*\bsecrets\b/i.test(stringOf(node) ?? '');
