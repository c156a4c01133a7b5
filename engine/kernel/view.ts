import type { Json } from '../../runbook/core/json.ts';
import { comingSteps, type Planned, planOf } from '../../runbook/core/plan.ts';
import { resultKey, rootFrame } from './frames.ts';
import { locate } from './locate.ts';
import type { State, StepAt, StepState } from './state.ts';

export type RunStatus =
  | 'pending'
  | 'running'
  | 'waiting_approval'
  | 'paused'
  | 'rolling_back'
  | 'completed'
  | 'failed'
  | 'rejected'
  | 'cancelled';
export type StepStatus =
  | 'pending'
  | 'waiting_approval'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'undone'
  | 'unknown';

/** A question comes first: somebody has to answer it, whatever else goes on. Costs by what is active. */
export function runStatus(state: State): RunStatus {
  if (state.finished !== undefined) return state.finished.status;
  if (state.start === undefined || state.queued) return 'pending';
  const kinds = new Set(Object.keys(state.active).map((path) => state.steps[path]?.at.kind));
  if (state.paused || kinds.has('unknown') || kinds.has('held')) return 'paused';
  if (kinds.has('waiting')) return 'waiting_approval';
  return isRollingBack(state) ? 'rolling_back' : 'running';
}

function isRollingBack(state: State): boolean {
  const frame = state.frames[rootFrame];
  return frame?.kind === 'runbook' && frame.phase === 'rollback';
}

/** Between two attempts a step counts as running, also where the next one is held up. */
const statusAt: Readonly<Record<StepAt['kind'], StepStatus>> = {
  ready: 'running',
  waiting: 'waiting_approval',
  approved: 'running',
  running: 'running',
  retrying: 'running',
  held: 'running',
  open: 'running',
  fallback: 'running',
  unknown: 'unknown',
  succeeded: 'succeeded',
  undone: 'undone',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
};

/** One that never had its turn is pending, in a finished run skipped. */
export function stepStatus(state: State, path: string): StepStatus {
  const step = state.steps[path];
  if (step === undefined || (step.at.kind === 'ready' && step.at.again === undefined))
    return state.finished === undefined ? 'pending' : 'skipped';
  return statusAt[step.at.kind];
}

export interface StepEntry {
  readonly path: string;
  readonly planned: Planned;
  readonly status: StepStatus;
  readonly step?: StepState;
  readonly outputs?: Readonly<Record<string, Json>>;
}

/**
 * All steps in start order, then those still to come in the runbook's. Undos, fallbacks, on-failure and on-cancel steps show only once their
 * turn has come, and so does what is inside a loop or a runbook that is called: how often is not known before.
 */
export function stepEntries(state: State): StepEntry[] {
  const begun = new Set(state.order);
  const toCome = comingPaths(state).filter((path) => !begun.has(path));
  return [...state.order, ...toCome].flatMap((path) => {
    const step = state.steps[path];
    const planned = locate(state.snapshot, path)?.planned;
    if (planned === undefined) return [];
    const outputs = step === undefined ? undefined : state.frames[step.frame]?.results[resultKey(planned)]?.outputs;
    return [
      {
        path,
        planned,
        status: stepStatus(state, path),
        ...(step === undefined ? {} : { step }),
        ...(outputs === undefined ? {} : { outputs }),
      },
    ];
  });
}

const comingPaths = (state: State): readonly string[] =>
  state.start?.only === undefined ? comingSteps(planOf(state.snapshot.runbook)).map(({ step }) => step.path) : [state.start.only];
