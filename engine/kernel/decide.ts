import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { planOf } from '../../runbook/core/plan.ts';
import type { Command } from './command.ts';
import type { KernelEvent } from './event.ts';
import { evolve } from './evolve.ts';
import { isIdempotent } from './idempotent.ts';
import { next, type Ports, problemOf } from './next.ts';
import { stepOutputs } from './resolve.ts';
import { retryDelay } from './retry.ts';
import type { State, StepAt } from './state.ts';

export type { Ports } from './next.ts';

/** How often a step that is safe to repeat is taken up again after the engine ended during it, before somebody is asked. */
const lostRepeats = 3;

/**
 * The events that a command leads to, each already applied to `state`; all of them belong into one append.
 * Empty for a command that was heard before. Throws a ProblemError for one that cannot be obeyed, with the state untouched.
 */
export function decide(state: State, command: Command, ports: Ports): KernelEvent[] {
  const direct = answerTo(state, command);
  if (direct === 'known') return [];
  const events: KernelEvent[] = [];
  for (let event = direct ?? next(state, command.time, ports); event !== undefined; event = next(state, command.time, ports)) {
    evolve(state, event);
    events.push(event);
  }
  return events;
}

/** The event that says what happened; undefined when only time has passed, `known` when there is nothing new in it. */
function answerTo(state: State, command: Command): KernelEvent | 'known' | undefined {
  if (command.kind === 'start') return start(state, command);
  if (state.start === undefined) throw new ProblemError(problem('run-unknown', { run: 'that has not started' }));
  switch (command.kind) {
    case 'attempt-ended':
      return attemptEnded(state, command);
    case 'attempt-lost':
      return attemptLost(state, command);
    case 'approve':
    case 'reject':
      return decided(state, command);
    case 'answer':
      return answered(state, command);
    case 'cancel':
      return cancel(state, command);
    case 'time-passed':
      return undefined;
  }
}

type Of<K extends Command['kind']> = Extract<Command, { kind: K }> & { readonly time: number };

function start(state: State, command: Of<'start'>): KernelEvent | 'known' {
  if (state.start !== undefined) return 'known';
  if (command.snapshot !== state.snapshotDigest)
    throw new ProblemError(problem('internal', { why: 'the run was started with another snapshot' }));
  const { steps } = planOf(state.snapshot.runbook);
  const ids = new Set([...steps.values()].map(({ step }) => step.id ?? step.path));
  const missing =
    command.only !== undefined && !steps.has(command.only) ? command.only : Object.keys(command.given ?? {}).find((id) => !ids.has(id));
  if (missing !== undefined) {
    throw new ProblemError(
      problem('step-unknown', { where: `The runbook ${state.snapshot.runbook.name}`, step: missing, known: [...steps.keys()].join(', ') }),
    );
  }
  const { time, run, snapshot, inputs, actor, policy, only, given } = command;
  return {
    time,
    kind: 'run-started',
    run,
    snapshot,
    inputs,
    actor,
    policy,
    ...(only === undefined ? {} : { only }),
    ...(given === undefined ? {} : { given }),
  };
}

function runningAt(state: State, path: string, attempt: number): Extract<StepAt, { kind: 'running' }> | undefined {
  const at = Object.hasOwn(state.steps, path) ? state.steps[path]?.at : undefined;
  return at?.kind === 'running' && at.attempt === attempt ? at : undefined;
}

function attemptEnded(state: State, { time, path, attempt, outcome, random }: Of<'attempt-ended'>): KernelEvent | 'known' {
  const at = runningAt(state, path, attempt);
  const planned = planOf(state.snapshot.runbook).steps.get(path);
  if (at === undefined || planned === undefined) return 'known';
  const stopping = state.steps[path]?.stopping === true;
  switch (outcome.kind) {
    case 'cancelled':
      if (stopping) return { time, kind: 'step-cancelled', path, attempt };
      return { time, kind: 'step-failed', path, attempt, error: problem('step-cancelled') };
    case 'failed': {
      const { error, outputs, exitCode } = outcome;
      const idempotent = isIdempotent(state.snapshot, planned.step, at.request);
      const defaults = state.snapshot.runbook.defaults.retry;
      const delay = stopping ? undefined : retryDelay({ step: planned.step, defaults, attempt, failure: outcome, idempotent, random });
      return {
        time,
        kind: 'step-failed',
        path,
        attempt,
        error,
        ...(outputs === undefined ? {} : { outputs }),
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(delay === undefined ? {} : { retryAt: time + delay }),
      };
    }
    case 'succeeded': {
      const exit = outcome.exitCode === undefined ? {} : { exitCode: outcome.exitCode };
      try {
        return { time, kind: 'step-succeeded', path, attempt, outputs: stepOutputs(state, planned, attempt, outcome.outputs), ...exit };
      } catch (error) {
        return { time, kind: 'step-failed', path, attempt, error: problemOf(error), outputs: outcome.outputs, ...exit };
      }
    }
  }
}

function attemptLost(state: State, { time, path, attempt }: Of<'attempt-lost'>): KernelEvent | 'known' {
  const at = runningAt(state, path, attempt);
  const planned = planOf(state.snapshot.runbook).steps.get(path);
  if (at === undefined || planned === undefined) return 'known';
  const repeat = isIdempotent(state.snapshot, planned.step, at.request) && attempt <= lostRepeats && state.steps[path]?.stopping !== true;
  if (repeat) return { time, kind: 'step-failed', path, attempt, error: problem('outcome-unknown'), retryAt: time };
  return { time, kind: 'step-unknown', path, attempt, digest: at.digest };
}

function decided(state: State, command: Of<'approve' | 'reject'>): KernelEvent | 'known' {
  const { time, path, digest, actor, note } = command;
  const step = Object.hasOwn(state.steps, path) ? state.steps[path] : undefined;
  const decision = command.kind === 'approve' ? 'granted' : 'rejected';
  if (step?.at.kind !== 'waiting') {
    if (step?.decided?.digest === digest && step.decided.decision === decision) return 'known';
    throw new ProblemError(problem('approval-none', { step: path, run: state.start?.run ?? '' }));
  }
  if (step.at.digest !== digest) throw new ProblemError(problem('approval-stale', { step: path }));
  if (step.at.expiresAt !== undefined && time >= step.at.expiresAt) throw new ProblemError(problem('approval-expired', { step: path }));
  return { time, kind: `approval-${decision}`, path, digest, actor, ...(note === undefined ? {} : { note }) };
}

function answered(state: State, { time, path, answer, actor, note }: Of<'answer'>): KernelEvent | 'known' {
  const step = Object.hasOwn(state.steps, path) ? state.steps[path] : undefined;
  if (step?.at.kind !== 'unknown') {
    if (step?.answered === answer) return 'known';
    throw new ProblemError(problem('approval-none', { step: path, run: state.start?.run ?? '' }));
  }
  return { time, kind: 'unknown-answered', path, answer, actor, ...(note === undefined ? {} : { note }) };
}

/** Also of use during `finally`: it ends the cleanup step at hand, and the others still get their turn. */
function cancel(state: State, { time, actor }: Of<'cancel'>): KernelEvent | 'known' {
  const news = state.finished === undefined && (!state.cancelled || state.active.some((path) => state.steps[path]?.stopping === false));
  return news ? { time, kind: 'cancel-requested', actor } : 'known';
}
