import { parseDuration } from '../../runbook/core/duration.ts';
import { planOf } from '../../runbook/core/plan.ts';
import type { Effect } from './command.ts';
import { isIdempotent } from './idempotent.ts';
import type { State } from './state.ts';

/**
 * What the runtime has to see to now, from the state alone; costs by what is active, not by the length of the runbook.
 * A running attempt keeps its `run-attempt` until it ends (the runtime starts each path and attempt once);
 * one that is being cancelled has both, so that a runtime that has just come up can find and end it.
 */
export function effects(state: State): Effect[] {
  if (state.finished !== undefined) return [];
  return state.active.flatMap((path) => effectsOf(state, path));
}

function effectsOf(state: State, path: string): Effect[] {
  const step = state.steps[path];
  const planned = planOf(state.snapshot.runbook).steps.get(path);
  if (step === undefined || planned === undefined) return [];
  const { at, stopping } = step;
  if (at.kind === 'waiting') return at.expiresAt === undefined ? [] : [{ kind: 'wake', at: at.expiresAt }];
  if (at.kind === 'retrying') return [{ kind: 'wake', at: at.due }];
  if (at.kind !== 'running') return [];
  const { attempt, request } = at;
  const written = planned.step.timeout ?? state.snapshot.runbook.defaults.timeout;
  const limit = written === undefined ? undefined : parseDuration(written);
  const timeout = limit?.ok === true ? { timeout: limit.milliseconds } : {};
  const run: Effect = {
    kind: 'run-attempt',
    path,
    attempt,
    request,
    ...timeout,
    idempotent: isIdempotent(state.snapshot, planned.step, request),
  };
  return stopping ? [run, { kind: 'cancel-attempt', path, attempt }] : [run];
}
