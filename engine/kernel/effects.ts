import { parseDuration } from '../../runbook/core/duration.ts';
import type { Effect } from './command.ts';
import { fileOf, plannedAt } from './frames.ts';
import { isIdempotent } from './idempotent.ts';
import type { Snapshot } from './snapshot.ts';
import type { Open, State, StepAt } from './state.ts';

/**
 * What the runtime has to see to now, from the state alone; costs by what is active, not by the length of the runbook.
 * A running attempt keeps its `run-attempt` until it ends (the runtime starts each path and attempt once);
 * one that is being cancelled has both, so that a runtime that has just come up can find and end it.
 */
export function effects(state: State): Effect[] {
  if (state.finished !== undefined) return [];
  return Object.keys(state.active).flatMap((path) => effectsOf(state, path));
}

function effectsOf(state: State, path: string): Effect[] {
  const step = state.steps[path];
  if (step === undefined) return [];
  const { at, stopping } = step;
  if (at.kind !== 'running') {
    const due = wakeAt(at, state.paused);
    return due === undefined ? [] : [{ kind: 'wake', at: due }];
  }
  const run = attemptOf(state, path, step.frame, at);
  return stopping ? [run, { kind: 'cancel-attempt', path, attempt: at.attempt }] : [run];
}

type RunAttempt = Extract<Effect, { kind: 'run-attempt' }>;
type Running = Extract<StepAt, { kind: 'running' }>;

/** With many attempts under way each command would ask for all of them again; an attempt's effect follows from where it began and the snapshot. */
const known = new WeakMap<Running, { readonly snapshot: Snapshot; readonly effect: RunAttempt }>();

function attemptOf(state: State, path: string, frame: string, at: Running): RunAttempt {
  const before = known.get(at);
  if (before?.snapshot === state.snapshot) return before.effect;
  const { step: written } = plannedAt(state, path);
  const { attempt, request } = at;
  const limit = written.timeout ?? fileOf(state, frame).runbook.defaults.timeout;
  const parsed = limit === undefined ? undefined : parseDuration(limit);
  const timeout = parsed?.ok === true ? { timeout: parsed.milliseconds } : {};
  const effect: RunAttempt = {
    kind: 'run-attempt',
    path,
    attempt,
    request,
    ...timeout,
    idempotent: isIdempotent(state.snapshot, written, request),
    ...(written.secretOutputs === undefined || written.secretOutputs.length === 0 ? {} : { secretOutputs: written.secretOutputs }),
  };
  known.set(at, { snapshot: state.snapshot, effect });
  return effect;
}

/** A paused run starts nothing, so it need not be woken for that. */
function wakeAt(at: StepAt, paused: boolean): number | undefined {
  switch (at.kind) {
    case 'waiting': {
      const times = [at.expiresAt, at.escalation?.at].filter((time) => time !== undefined);
      return times.length === 0 ? undefined : Math.min(...times);
    }
    case 'retrying':
      return paused ? undefined : at.due;
    case 'open':
      return dueOf(at.what, paused);
    default:
      return undefined;
  }
}

function dueOf(what: Open, paused: boolean): number | undefined {
  if (what.verb === 'wait') return what.due;
  return what.verb === 'repeat' && !paused ? what.due : undefined;
}
