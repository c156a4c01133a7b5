import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { undeclared } from './support/declared.ts';

export const unknownSecret: Rule = {
  code: 'unknown-secret',
  severity: 'error',
  doc: 'The expression refers to a secret that the runbook does not declare under `secrets`. Declaring it tells people what the runbook needs before it starts; whether the store has a value is not checked here.',
  *check(facts): Generator<Finding> {
    for (const { name, range } of undeclared(facts, 'secrets', (name) => facts.whole.secret(name) !== undefined)) {
      const by = similar(
        name,
        facts.whole.secrets().map((secret) => secret.name),
      );
      const hint = by.length > 0 ? didYouMean(by) : ' Add it to the list `secrets`.';
      yield {
        range,
        message: `The runbook declares no secret \`${name}\`.${hint}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
    }
  },
  bad: ['secrets: [api_key]\nsteps:\n  - run: echo\n    env: { K: "${{ secrets.<<apikey>> }}" }\n'],
  good: ['secrets: [api_key]\nsteps:\n  - run: echo\n    env: { K: "Bearer ${{ secrets.api_key }}" }\n'],
};
