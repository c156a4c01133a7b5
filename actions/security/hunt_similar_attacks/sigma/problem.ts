import { ProblemError, problem } from '../../../../runbook/core/errors.ts';

/** What a rule is called before its title is known, then its title. */
export function wrongRule(rule: string, why: string): never {
  throw new ProblemError(problem('sigma-wrong', { rule: rule.slice(0, 200), why }));
}

export function unsupported(rule: string, what: string): never {
  throw new ProblemError(problem('sigma-unsupported', { rule: rule.slice(0, 200), what }));
}
