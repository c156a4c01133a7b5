import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { declared } from './support/declared.ts';

export const unknownSecret: Rule = {
  code: 'unknown-secret',
  severity: 'error',
  doc: 'The expression refers to a secret that the runbook does not declare under `secrets`. Declaring it tells people what the runbook needs before it starts; whether the store has a value is not checked here.',
  *check(facts): Generator<Finding> {
    const known = facts.secrets.map((secret) => secret.name);
    for (const { name, range } of declared(facts, 'secrets', known)) {
      const by = similar(name, known);
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
