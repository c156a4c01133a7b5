import { problem } from '../../runbook/core/errors.ts';
import type { Command } from './command.ts';
import { failure, success, turnOf } from './enter.ts';
import type { KernelEvent } from './event.ts';
import { fileOf, stepAt } from './frames.ts';
import { isIdempotent } from './idempotent.ts';
import { declaredOutputs } from './own-action.ts';
import { retryDelay } from './retry.ts';
import type { State, StepAt, StepState } from './state.ts';

/** How often a step that is safe to repeat is taken up again after the engine ended during it, before somebody is asked. */
const lostRepeats = 3;

type Of<K extends Command['kind']> = Extract<Command, { kind: K }> & { readonly time: number };
type Running = Extract<StepAt, { kind: 'running' }>;

function runningAt(state: State, path: string, attempt: number): { step: StepState; at: Running } | undefined {
  const step = stepAt(state, path);
  return step?.at.kind === 'running' && step.at.attempt === attempt ? { step, at: step.at } : undefined;
}

export function attemptEnded(state: State, { time, path, attempt, outcome, random }: Of<'attempt-ended'>): KernelEvent | 'known' {
  const found = runningAt(state, path, attempt);
  if (found === undefined) return 'known';
  const { step, at } = found;
  const turn = turnOf(state, path, attempt - step.before);
  switch (outcome.kind) {
    case 'cancelled':
      if (step.stopping) return { time, kind: 'step-cancelled', path, attempt };
      return failure(state, path, time, attempt, problem('step-cancelled'));
    case 'failed': {
      const { error, outputs, exitCode, secretOutputs } = outcome;
      const idempotent = isIdempotent(state.snapshot, turn.planned.step, at.request);
      const defaults = fileOf(state, turn.frame).runbook.defaults.retry;
      const failed = { step: turn.planned.step, defaults, attempt: turn.attempt, failure: outcome, idempotent, random };
      const delay = step.stopping ? undefined : retryDelay(failed);
      return failure(state, path, time, attempt, error, {
        ...(outputs === undefined ? {} : { outputs }),
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(secretOutputs === undefined ? {} : { secretOutputs }),
        ...(delay === undefined ? {} : { retryAt: time + delay }),
      });
    }
    case 'succeeded': {
      const more = {
        ...(outcome.exitCode === undefined ? {} : { exitCode: outcome.exitCode }),
        ...(outcome.secretOutputs === undefined ? {} : { secretOutputs: outcome.secretOutputs }),
        ...(outcome.cachedAt === undefined ? {} : { cachedAt: outcome.cachedAt }),
      };
      if (at.request.kind !== 'script' || at.request.action === undefined) return success(state, turn, outcome.outputs, time, more);
      const declared = declaredOutputs(state.snapshot, at.request.action, outcome.outputs);
      if (declared.ok) return success(state, turn, declared.outputs, time, more);
      return failure(state, path, time, attempt, declared.problem, more);
    }
  }
}

/** Cancelled in the meantime, it has ended. */
export function attemptHeld(state: State, { time, path, attempt, error }: Of<'attempt-held'>): KernelEvent | 'known' {
  const found = runningAt(state, path, attempt);
  if (found === undefined) return 'known';
  return found.step.stopping ? { time, kind: 'step-cancelled', path, attempt } : { time, kind: 'step-held', path, attempt, error };
}

export function attemptLost(state: State, { time, path, attempt }: Of<'attempt-lost'>): KernelEvent | 'known' {
  const found = runningAt(state, path, attempt);
  if (found === undefined) return 'known';
  const { step, at } = found;
  const { planned } = turnOf(state, path, 1);
  const repeat = isIdempotent(state.snapshot, planned.step, at.request) && attempt - step.before <= lostRepeats && !step.stopping;
  if (repeat) return failure(state, path, time, attempt, problem('outcome-unknown'), { retryAt: time });
  return { time, kind: 'step-unknown', path, attempt, digest: at.digest };
}
