import type { Problem } from '../../runbook/core/errors.ts';
import { resolveValue } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import { failedInside } from './advance.ts';
import { contextsOf } from './contexts.ts';
import { failure, numberOf, problemOf, success, turnOf } from './enter.ts';
import type { FinalStatus, KernelEvent } from './event.ts';
import { fileOf, rootFrame, runbookFrame } from './frames.ts';
import { declaredOutputs } from './own-action.ts';
import { phaseAfter } from './phases.ts';
import type { State } from './state.ts';

/** The phases of a runbook, and its end: the run's, or that of the step that called it. */
export function nextOfFrame(state: State, id: string, time: number): KernelEvent | undefined {
  const { frame } = runbookFrame(state, id);
  const waiting = (state.queued && !frame.cancelled) || state.paused;
  if (!frame.done || waiting) return undefined;
  const phase = phaseAfter(state, id, frame.phase);
  if (phase !== undefined) return { time, kind: 'phase-entered', phase, ...(id === rootFrame ? {} : { call: id }) };
  return id === rootFrame ? finish(state, time) : returnFrom(state, id, time);
}

function finish(state: State, time: number): KernelEvent {
  const { cause, cancelled, rollback } = runbookFrame(state, rootFrame).frame;
  const status: FinalStatus = cancelled ? 'cancelled' : (cause?.kind ?? 'completed');
  const { outputs, error } = outputsOf(state, rootFrame, status === 'completed');
  const reported = cause?.error ?? error;
  return {
    time,
    kind: 'run-finished',
    status: error === undefined ? status : 'failed',
    outputs,
    ...(rollback === undefined ? {} : { rollback }),
    ...(reported === undefined ? {} : { error: reported }),
  };
}

function returnFrom(state: State, path: string, time: number): KernelEvent {
  const { cause, cancelled, action } = runbookFrame(state, path).frame;
  const turn = turnOf(state, path, 1);
  if (cancelled) return { time, kind: 'step-cancelled', path, attempt: numberOf(state, turn) };
  const { outputs, error } = outputsOf(state, path, cause === undefined);
  if (cause !== undefined) return failedInside(state, turn, cause, time, outputs);
  if (error !== undefined) return failure(state, path, time, numberOf(state, turn), error, { outputs });
  if (action === undefined) return success(state, turn, outputs, time);
  const declared = declaredOutputs(state.snapshot, action, outputs);
  if (declared.ok) return success(state, turn, declared.outputs, time);
  return failure(state, path, time, numberOf(state, turn), declared.problem, { outputs });
}

/** Each output by itself; after a failure one that cannot be had is left out, in a runbook that went well it is an error. */
function outputsOf(state: State, id: string, strict: boolean): { outputs: Readonly<Record<string, Json>>; error?: Problem } {
  if (id === rootFrame && state.start?.only !== undefined) return { outputs: {} };
  const found: [string, Json][] = [];
  let first: Problem | undefined;
  for (const [name, written] of Object.entries(fileOf(state, id).runbook.outputs)) {
    try {
      found.push([name, resolveValue(written, contextsOf(state, { where: `Output ${name}`, frame: id })).value]);
    } catch (error) {
      first ??= problemOf(error);
    }
  }
  const outputs = Object.fromEntries(found);
  return strict && first !== undefined ? { outputs, error: first } : { outputs };
}
