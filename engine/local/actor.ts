import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Caller } from './parts.ts';

/** Ways in that a program without the right to approve has; `cli` and `vscode` say that a person was there. */
const unattended: readonly string[] = ['chat', 'api'];

/** Who asks, as the token says, and by which way. Throws `scope-missing` for a way that only a person has. */
export function actorOf(caller: Caller, via = 'api'): { readonly by: string; readonly via: string } {
  if (!unattended.includes(via) && !caller.scopes.includes('approve'))
    throw new ProblemError(problem('scope-missing', { scope: 'approve' }));
  return { by: caller.subject, via };
}
