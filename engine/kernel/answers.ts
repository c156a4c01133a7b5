import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Command } from './command.ts';
import type { KernelEvent } from './event.ts';
import { stepAt } from './frames.ts';
import type { State, StepAt } from './state.ts';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }> & { readonly time: number };

/** Of a person who was asked, for the very digest that was shown. */
export function decided(state: State, command: Of<'approve' | 'reject'>): KernelEvent | 'known' {
  const { time, path, digest, actor, note } = command;
  const step = stepAt(state, path);
  const decision = command.kind === 'approve' ? 'granted' : 'rejected';
  if (step?.at.kind !== 'waiting') {
    if (step?.decided?.digest === digest && step.decided.decision === decision) return 'known';
    throw new ProblemError(problem('approval-none', { step: path, run: state.start?.run ?? '' }));
  }
  const { at } = step;
  if (at.digest !== digest) throw new ProblemError(problem('approval-stale', { step: path }));
  if (at.expiresAt !== undefined && time >= at.expiresAt) throw new ProblemError(problem('approval-expired', { step: path }));
  const said = { time, path, digest, actor, ...(note === undefined ? {} : { note }) };
  // Whoever may answer at all may stop it.
  if (command.kind === 'reject') return { ...said, kind: 'approval-rejected' };
  checkApprover(at, path, actor.by);
  if (at.given.includes(actor.by)) return 'known';
  return { ...said, kind: at.given.length + 1 < at.min ? 'approval-given' : 'approval-granted' };
}

/** One whom nobody knows is never anyone: the question then has no answer but no. */
function checkApprover({ approvers, unresolved, not }: Extract<StepAt, { kind: 'waiting' }>, step: string, by: string): void {
  const refuse = (why: string, who: string) => new ProblemError(problem('approver-wrong', { by, step, why, who }));
  if (unresolved !== undefined)
    throw refuse(`nobody is known as ${unresolved.join(', ')}`, 'an administrator, who keeps people.yaml in the state folder');
  if (not === by)
    throw refuse('who asked for the run cannot approve it', approvers?.join(', ') ?? 'anybody else with the right to approve');
  if (approvers !== undefined && !approvers.includes(by)) throw refuse('it asks for somebody else', approvers.join(', '));
}

export function answered(state: State, { time, path, answer, actor, note }: Of<'answer'>): KernelEvent | 'known' {
  const step = stepAt(state, path);
  if (step?.at.kind !== 'unknown') {
    if (step?.answered === answer) return 'known';
    throw new ProblemError(problem('approval-none', { step: path, run: state.start?.run ?? '' }));
  }
  return { time, kind: 'unknown-answered', path, answer, actor, ...(note === undefined ? {} : { note }) };
}
