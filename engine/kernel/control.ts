import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { planOf } from '../../runbook/core/plan.ts';
import type { Command } from './command.ts';
import type { KernelEvent } from './event.ts';
import { rootFrame, runbookFrame, stepAt } from './frames.ts';
import { locate } from './locate.ts';
import { stepsAround } from './reopen.ts';
import type { State } from './state.ts';
import { runStatus } from './view.ts';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }> & { readonly time: number };
type Answer = KernelEvent | 'known';

function refuse(state: State, what: string): ProblemError {
  return new ProblemError(problem('run-state', { run: state.start?.run ?? '', what, status: runStatus(state) }));
}

export function release(state: State, { time }: Of<'release'>): Answer {
  return state.queued && state.finished === undefined ? { time, kind: 'run-released' } : 'known';
}

/** Also of use during `finally`: it ends the cleanup step at hand, and the others still get their turn. */
export function cancel(state: State, { time, actor }: Of<'cancel' | 'pause' | 'resume' | 'rollback'>): Answer {
  if (state.finished !== undefined) return 'known';
  const { cancelled } = runbookFrame(state, rootFrame).frame;
  const news = !cancelled || state.paused || Object.keys(state.active).some((path) => state.steps[path]?.stopping === false);
  return news ? { time, kind: 'cancel-requested', actor } : 'known';
}

export function pause(state: State, { time, actor }: Of<'cancel' | 'pause' | 'resume' | 'rollback'>): Answer {
  if (state.finished !== undefined) throw refuse(state, 'be paused');
  return state.paused ? 'known' : { time, kind: 'pause-requested', actor };
}

export function resume(state: State, { time, actor }: Of<'cancel' | 'pause' | 'resume' | 'rollback'>): Answer {
  if (state.finished !== undefined) throw refuse(state, 'go on');
  return state.paused || hasHeld(state) ? { time, kind: 'resume-requested', actor } : 'known';
}

/** What was locked is open. */
export function unlock(state: State, { time }: Of<'unlock'>): Answer {
  return state.finished === undefined && hasHeld(state) ? { time, kind: 'secrets-unlocked' } : 'known';
}

const hasHeld = (state: State): boolean => Object.keys(state.active).some((path) => state.steps[path]?.at.kind === 'held');

/** A step that waits for a person or a time, or whose end nobody knows, is skipped at once; one that has not begun when its turn comes. */
export function skip(state: State, { time, path, actor }: Of<'skip'>): Answer {
  const run = state.start?.run ?? '';
  if (state.finished !== undefined) throw refuse(state, `skip ${path}`);
  const step = stepAt(state, path);
  const refused = (why: string) => new ProblemError(problem('step-not-skippable', { step: path, run, why }));
  if (step === undefined || step.at.kind === 'ready') {
    if (step === undefined && !planOf(state.snapshot.runbook).steps.has(path)) throw refused('the run has no such step');
    if (step === undefined && path.includes('[]')) throw refused('it is part of a loop that has not come to it');
    return Object.hasOwn(state.toSkip, path) ? 'known' : { time, kind: 'skip-requested', path, actor };
  }
  const { at } = step;
  const waits = at.kind === 'open' && at.what.verb === 'wait';
  if (at.kind === 'waiting' || at.kind === 'approved' || at.kind === 'retrying' || at.kind === 'held' || at.kind === 'unknown' || waits)
    return { time, kind: 'step-skipped', path, reason: 'requested', actor };
  if (at.kind === 'skipped' && at.reason === 'requested') return 'known';
  throw refused(at.kind === 'running' || at.kind === 'open' || at.kind === 'fallback' ? 'it runs' : 'it has ended');
}

/** The innermost steps that failed or were stopped, in a run that failed and was not rolled back. */
export function retry(state: State, { time, path, items, actor }: Of<'retry'>): Answer {
  const run = state.start?.run ?? '';
  const nothing = (why: string) => new ProblemError(problem('retry-nothing', { run, why }));
  if (state.finished === undefined || state.finished.status !== 'failed') throw refuse(state, 'be tried again');
  if (Object.values(state.frames).some((frame) => frame.kind === 'runbook' && frame.rollback !== undefined))
    throw nothing('what it did has been undone');
  const failed = state.order.filter((one) => isInnermost(state, one, items === true));
  const paths = path === undefined ? failed : failed.filter((one) => one === path || isBelow(one, path));
  if (paths.length === 0) throw nothing(path === undefined ? 'no step of it failed' : `the step ${path} has not failed`);
  return { time, kind: 'run-reopened', paths, around: stepsAround(state, paths), actor };
}

function isInnermost(state: State, path: string, items: boolean): boolean {
  const step = stepAt(state, path);
  if (step === undefined || path.startsWith('undo/')) return false;
  const { at } = step;
  if (items && !/\[\d+\]/.test(path)) return false;
  if (at.kind === 'cancelled') return at.opened === undefined;
  if (at.kind !== 'failed' || locate(state.snapshot, path)?.planned.step.onError === 'continue') return false;
  // A loop that ran out of passes failed by itself.
  return at.opened === undefined || (at.opened.verb === 'repeat' && at.opened.done?.failed === undefined) || at.opened.verb === 'wait';
}

/** A path inside another: of a loop's item, of a called runbook, of a member without an id. */
const isBelow = (path: string, outer: string): boolean => path.startsWith(`${outer}/`) || path.startsWith(`${outer}[`);

/** Undoes what succeeded: in a run that failed and stopped there, or in one that is paused, which ends by it. */
export function rollback(state: State, { time, actor }: Of<'cancel' | 'pause' | 'resume' | 'rollback'>): Answer {
  const { frame } = runbookFrame(state, rootFrame);
  if (frame.undoing) return 'known';
  const fits = state.finished === undefined ? state.paused || hasHeld(state) : state.finished.status === 'failed';
  if (!fits) throw refuse(state, 'be rolled back');
  if (state.undoable.length === 0) throw new ProblemError(problem('rollback-nothing', { run: state.start?.run ?? '' }));
  return { time, kind: 'rollback-requested', actor };
}
