import { type Problem, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import { planOf } from '../../runbook/core/plan.ts';
import type { KernelEvent } from './event.ts';
import { rejection } from './rejection.ts';
import { type Result, resultKey, type State, type StepAt, type StepState } from './state.ts';

/** Applies one event in place, in constant time (entering a run with given outputs: by their number). Events come from `decide` and are not judged again. */
export function evolve(state: State, event: KernelEvent): State {
  switch (event.kind) {
    case 'run-started':
      state.start = {
        run: event.run,
        time: event.time,
        actor: event.actor,
        policy: event.policy,
        inputs: event.inputs,
        ...(event.only === undefined ? {} : { only: event.only }),
      };
      for (const [key, outputs] of Object.entries(event.given ?? {})) state.results[key] = { outcome: 'success', outputs };
      return state;
    case 'phase-entered':
      state.phase = event.phase;
      state.position = 0;
      state.phaseFailed = false;
      if (event.phase === 'rollback') state.rollback = 'full';
      return state;
    case 'step-skipped':
      if (event.reason === 'cancelled') markPartial(state);
      // What was given for a step that is not run stays what others see of it.
      return end(state, event, { kind: 'skipped', reason: event.reason }, event.reason === 'not-selected' ? undefined : result('skipped'));
    case 'approval-requested': {
      const { attempt, digest, request, message, risk, reason } = event;
      const step = begin(state, event.path);
      step.risk = risk;
      const expiry = event.expiresAt === undefined ? {} : { expiresAt: event.expiresAt };
      step.at = { kind: 'waiting', attempt, digest, request, message, risk, reason, since: event.time, ...expiry };
      return state;
    }
    case 'approval-granted': {
      const step = begin(state, event.path);
      step.decided = { digest: event.digest, decision: 'granted' };
      if (step.at.kind === 'waiting')
        step.at = { kind: 'approved', attempt: step.at.attempt, digest: step.at.digest, request: step.at.request, risk: step.at.risk };
      return state;
    }
    case 'approval-rejected':
      begin(state, event.path).decided = { digest: event.digest, decision: 'rejected' };
      return reject(state, event, rejection(event));
    case 'approval-expired':
      begin(state, event.path).decided = { digest: event.digest, decision: 'expired' };
      return reject(state, event, problem('approval-expired', { step: event.path }));
    case 'step-started': {
      const step = begin(state, event.path);
      step.attempts = event.attempt;
      step.risk = event.risk;
      step.startedAt ??= event.time;
      step.at = {
        kind: 'running',
        attempt: event.attempt,
        digest: event.digest,
        request: event.request,
        risk: event.risk,
        since: event.time,
      };
      return state;
    }
    case 'step-succeeded':
      return succeed(state, event, event.outputs, event.exitCode);
    case 'step-failed': {
      if (event.retryAt === undefined) return fail(state, event, event.error, event.outputs, event.exitCode);
      begin(state, event.path).at = { kind: 'retrying', attempt: event.attempt, due: event.retryAt, error: event.error };
      return state;
    }
    case 'step-cancelled':
      markPartial(state);
      return end(state, event, { kind: 'cancelled' }, result('cancelled'));
    case 'step-unknown': {
      const step = begin(state, event.path);
      delete step.answered;
      if (step.at.kind === 'running') step.at = { ...step.at, kind: 'unknown', since: event.time };
      return state;
    }
    case 'unknown-answered': {
      const step = begin(state, event.path);
      step.answered = event.answer;
      if (event.answer === 'succeeded') return succeed(state, event, {});
      if (event.answer === 'failed') return fail(state, event, problem('outcome-unknown'));
      if (step.at.kind === 'unknown') step.at = { kind: 'retrying', attempt: step.at.attempt, due: event.time };
      return state;
    }
    case 'cancel-requested':
      state.cancelled = true;
      for (const path of state.active) begin(state, path).stopping = true;
      return state;
    case 'run-finished':
      state.finished = {
        status: event.status,
        time: event.time,
        outputs: event.outputs,
        ...(event.error === undefined ? {} : { error: event.error }),
      };
      return state;
  }
}

interface At {
  readonly path: string;
  readonly time: number;
}

/** The step's entry, made with its first event; it is active until it ends. */
function begin(state: State, path: string): StepState {
  const known = state.steps[path];
  if (known !== undefined) return known;
  const step: StepState = { at: { kind: 'skipped', reason: 'if' }, attempts: 0, stopping: false };
  state.steps[path] = step;
  state.order.push(path);
  state.active.push(path);
  return step;
}

function end(state: State, { path, time }: At, at: StepAt, outcome: Result | undefined): State {
  const step = begin(state, path);
  step.at = at;
  step.endedAt = time;
  state.active = state.active.filter((one) => one !== path);
  if (outcome !== undefined) state.results[resultKey(state, path)] = outcome;
  state.position++;
  return state;
}

function succeed(state: State, event: At, outputs: Readonly<Record<string, Json>>, exitCode?: number): State {
  const planned = planOf(state.snapshot.runbook).steps.get(event.path);
  if (planned?.undoes !== undefined) {
    const undone = state.steps[planned.undoes.path];
    if (undone !== undefined) undone.at = { kind: 'undone' };
  }
  if (planned?.step.undo !== undefined && (state.phase === 'steps' || state.phase === 'verify')) state.undoable.push(event.path);
  return end(state, event, { kind: 'succeeded', ...(exitCode === undefined ? {} : { exitCode }) }, result('success', outputs));
}

function fail(state: State, event: At, error: Problem, outputs?: Readonly<Record<string, Json>>, exitCode?: number): State {
  const onError = planOf(state.snapshot.runbook).steps.get(event.path)?.step.onError;
  if (onError !== 'continue') {
    state.phaseFailed = true;
    state.cause ??= { kind: 'failed', path: event.path, error };
  }
  markPartial(state);
  return end(state, event, { kind: 'failed', error, ...(exitCode === undefined ? {} : { exitCode }) }, result('failure', outputs));
}

function reject(state: State, event: At, error: Problem): State {
  state.phaseFailed = true;
  state.cause ??= { kind: 'rejected', path: event.path, error };
  markPartial(state);
  return end(state, event, { kind: 'failed', error }, result('failure'));
}

/** In a rollback, whatever was not undone makes it partial. */
function markPartial(state: State): void {
  if (state.phase === 'rollback') state.rollback = 'partial';
}

const result = (outcome: Result['outcome'], outputs: Readonly<Record<string, Json>> = {}): Result => ({ outcome, outputs });
