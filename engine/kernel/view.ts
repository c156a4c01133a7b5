import type { Json } from '../../runbook/core/json.ts';
import { type Planned, planOf } from '../../runbook/core/plan.ts';
import { resultKey, type State, type StepAt, type StepState } from './state.ts';

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

/** A question comes first: somebody has to answer it, whatever else goes on. */
export function runStatus(state: State): RunStatus {
  if (state.finished !== undefined) return state.finished.status;
  if (state.start === undefined) return 'pending';
  const kinds = state.active.map((path) => state.steps[path]?.at.kind);
  if (kinds.includes('unknown')) return 'paused';
  if (kinds.includes('waiting')) return 'waiting_approval';
  return state.phase === 'rollback' ? 'rolling_back' : 'running';
}

/** Between two attempts a step counts as running. */
const statusAt: Readonly<Record<StepAt['kind'], StepStatus>> = {
  waiting: 'waiting_approval',
  approved: 'running',
  running: 'running',
  retrying: 'running',
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
  if (step === undefined) return state.finished === undefined ? 'pending' : 'skipped';
  return statusAt[step.at.kind];
}

export interface StepEntry {
  readonly path: string;
  readonly planned: Planned;
  readonly status: StepStatus;
  readonly step?: StepState;
  readonly outputs?: Readonly<Record<string, Json>>;
}

/** All steps in start order, then those still to come in the runbook's; undos and on-failure steps only once their turn has come. */
export function stepEntries(state: State): StepEntry[] {
  const { lists, steps } = planOf(state.snapshot.runbook);
  const begun = new Set(state.order);
  const toCome = [...lists.steps, ...lists.verify, ...lists.finally].filter((path) => !begun.has(path));
  return [...state.order, ...toCome].flatMap((path) => {
    const planned = steps.get(path);
    if (planned === undefined) return [];
    const step = state.steps[path];
    const outputs = step === undefined ? undefined : state.results[resultKey(state, path)]?.outputs;
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
