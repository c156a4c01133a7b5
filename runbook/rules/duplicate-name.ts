import type { NamedFact } from '../document.ts';
import type { Finding, Rule } from '../rule.ts';

export const duplicateName: Rule = {
  code: 'duplicate-name',
  severity: 'error',
  doc: 'Names in expressions ignore case, so two inputs or secrets whose names differ only in case are one, and only the first could ever be used. Targets would be confused by people.',
  *check({ inputs, secrets, targets }): Generator<Finding> {
    for (const [kind, facts] of [
      ['input', inputs],
      ['secret', secrets],
      ['target', targets],
    ] as const)
      yield* twice(kind, facts);
  },
  bad: [
    'inputs: { host: {}, <<Host>>: {} }\nsecrets: [key, <<KEY>>]\ntargets: { edge: { type: local }, <<EDGE>>: { type: local } }\nsteps:\n  - run: echo\n',
  ],
  good: ['inputs: { host: {}, hosts: {} }\nsteps:\n  - run: echo\n    env: { a: 1, A: 2 }\n'],
};

function* twice(kind: string, facts: readonly NamedFact[]): Generator<Finding> {
  const seen = new Map<string, string>();
  for (const { name, range } of facts) {
    const first = seen.get(name.toLowerCase());
    // The very same name twice has its own diagnostic.
    if (first !== undefined && first !== name)
      yield {
        range,
        message: `There is ${kind === 'input' ? 'an' : 'a'} ${kind} \`${first}\` already; names have to differ by more than case.`,
      };
    else seen.set(name.toLowerCase(), name);
  }
}
