import { nextOfOpen } from './advance.ts';
import { enter, launch, type Ports, prepare, turnOf } from './enter.ts';
import type { KernelEvent } from './event.ts';
import { nextOfFrame } from './frame-end.ts';
import { rootFrame, stepAt } from './frames.ts';
import type { State, StepAt } from './state.ts';

/** A place of the run where something may follow by itself: a list that has steps ready, a step, or the frame of a runbook. */
export type Spot = { readonly kind: 'list' | 'step' | 'frame'; readonly key: string };

type Waiting = Extract<StepAt, { kind: 'waiting' }>;

/** Those who are asked in addition join those who were asked; whoever may approve anyway needs no joining. */
function escalated(path: string, { digest, approvers }: Waiting, more: NonNullable<Waiting['escalation']>, time: number): KernelEvent {
  const all = approvers === undefined ? {} : { approvers: [...new Set([...approvers, ...more.approvers])] };
  return { time, kind: 'approval-escalated', path, digest, ...all };
}

/** The one event that follows at a place by itself at this time, or undefined while it waits for the world. */
export function nextAt(state: State, { kind, key }: Spot, time: number, ports: Ports): KernelEvent | undefined {
  if (state.start === undefined || state.finished !== undefined) return undefined;
  switch (kind) {
    case 'list':
      return nextOfList(state, key, time, ports);
    case 'step':
      return Object.hasOwn(state.active, key) ? nextOfStep(state, key, time, ports) : undefined;
    case 'frame':
      return key === rootFrame || isCalled(state, key) ? nextOfFrame(state, key, time) : undefined;
  }
}

const isCalled = (state: State, path: string): boolean =>
  Object.hasOwn(state.active, path) && state.steps[path]?.at.kind === 'open' && state.frames[path]?.kind === 'runbook';

function nextOfList(state: State, key: string, time: number, ports: Ports): KernelEvent | undefined {
  const list = state.lists[key];
  const path = list?.ready[0];
  if (list === undefined || path === undefined || state.paused) return undefined;
  if (list.max !== undefined && list.running >= list.max) return undefined;
  return enter(state, path, time, ports);
}

function nextOfStep(state: State, path: string, time: number, ports: Ports): KernelEvent | undefined {
  const step = stepAt(state, path);
  if (step === undefined) return undefined;
  const { at, stopping, attempts, before } = step;
  switch (at.kind) {
    case 'waiting':
      if (stopping) return { time, kind: 'step-cancelled', path, attempt: at.attempt };
      if (at.expiresAt !== undefined && time >= at.expiresAt) return { time, kind: 'approval-expired', path, digest: at.digest };
      return at.escalation !== undefined && time >= at.escalation.at ? escalated(path, at, at.escalation, time) : undefined;
    case 'held':
    case 'unknown':
      return stopping ? { time, kind: 'step-cancelled', path, attempt: at.attempt } : undefined;
    case 'approved':
      if (stopping) return { time, kind: 'step-cancelled', path, attempt: at.attempt };
      return state.paused ? undefined : launch(state, turnOf(state, path, at.attempt - before), at, time);
    case 'retrying':
      if (stopping) return { time, kind: 'step-cancelled', path, attempt: at.attempt };
      if (state.paused || time < at.due) return undefined;
      return prepare(state, turnOf(state, path, at.attempt - before + 1, at.error), time, ports);
    case 'open':
    case 'fallback':
      return nextOfOpen(state, path, at, Math.max(1, attempts - before), time);
    default:
      return undefined;
  }
}
