import { ProblemError, problem } from '../../../runbook/core/errors.ts';

export function locked(why: string): never {
  throw new ProblemError(problem('secrets-locked', { why }));
}
