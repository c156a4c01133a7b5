import { milliseconds } from '../../runbook/core/duration.ts';
import { problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import { tooLargeKey } from '../../runbook/core/model.ts';
import { planOf } from '../../runbook/core/plan.ts';
import { holds } from './contexts.ts';
import { failure, keptOut, numberOf, problemOf, success, turnOf } from './enter.ts';
import type { KernelEvent } from './event.ts';
import { fallbackKey, fileOf, frameAt, passPath, resultKey } from './frames.ts';
import type { Failure, Open, State, StepAt } from './state.ts';
import type { Turn } from './turn.ts';

/** Passes of a `repeat` that does not say how many. */
const usualPasses = 100;
/** Length of the JSON of `outputs.items` above which it is left out. */
const longestItems = 4 * 1024 * 1024;

type At = Extract<StepAt, { kind: 'open' | 'fallback' }>;

/** What follows for a step that the kernel carries out, once what is inside it has gone on. */
export function nextOfOpen(state: State, path: string, at: At, attempt: number, time: number): KernelEvent | undefined {
  const turn = turnOf(state, path, attempt);
  if (at.kind === 'fallback') return nextOfFallback(state, turn, at, time);
  const { what } = at;
  switch (what.verb) {
    case 'parallel':
    case 'switch':
      return what.done === undefined ? undefined : ended(state, turn, what.done, time, () => ({}));
    case 'for-each':
      return nextOfItems(state, turn, what, time);
    case 'repeat':
      return nextOfPasses(state, turn, what, time);
    case 'wait':
      return nextOfWait(state, turn, what, time);
    case 'call':
      return undefined;
  }
}

const isStopping = (state: State, path: string): boolean => state.steps[path]?.stopping === true;

interface End {
  readonly failed?: Failure;
  readonly cut?: true;
}

function ended(state: State, turn: Turn, { failed, cut }: End, time: number, outputs: () => Readonly<Record<string, Json>>): KernelEvent {
  const attempt = numberOf(state, turn);
  if (failed !== undefined) return failedInside(state, turn, failed, time, outputs());
  if (cut === true) return { time, kind: 'step-cancelled', path: turn.path, attempt };
  return success(state, turn, outputs(), time);
}

/** With the error of the innermost step. */
export function failedInside(
  state: State,
  turn: Turn,
  { kind, path, error }: Failure,
  time: number,
  outputs: Readonly<Record<string, Json>> = {},
): KernelEvent {
  const more = { from: path, ...(kind === 'rejected' ? { rejected: true as const } : {}), outputs };
  return failure(state, turn.path, time, numberOf(state, turn), error, more);
}

/** A fallback that succeeded gives the step the outputs of its last step; of one that failed the step's own error is told. */
function nextOfFallback(
  state: State,
  turn: Turn,
  { done, error, exitCode }: Extract<StepAt, { kind: 'fallback' }>,
  time: number,
): KernelEvent | undefined {
  if (done === undefined) return undefined;
  const { path, planned, frame } = turn;
  const attempt = numberOf(state, turn);
  if (done.failed?.kind === 'rejected') return failedInside(state, turn, done.failed, time);
  if (done.failed !== undefined)
    return { time, kind: 'step-failed', path, attempt, error, ...(exitCode === undefined ? {} : { exitCode }) };
  if (done.cut === true) return { time, kind: 'step-cancelled', path, attempt };
  const last = planOf(fileOf(state, frame).runbook).lists.get(fallbackKey(planned.step.path))?.steps.at(-1);
  const { results, secrets } = frameAt(state, frame);
  const outputs = last === undefined ? {} : (results[resultKey(last)]?.outputs ?? {});
  const secretsFrom = last === undefined ? undefined : secrets?.[resultKey(last)];
  return { time, kind: 'step-succeeded', path, attempt, outputs, ...(secretsFrom === undefined ? {} : { secretsFrom }) };
}

function nextOfItems(state: State, turn: Turn, loop: Extract<Open, { verb: 'for-each' }>, time: number): KernelEvent | undefined {
  const { path, planned } = turn;
  const { items, ends, running, again } = loop;
  const index = again === undefined ? loop.next : again[0];
  const left = index !== undefined && index < items.length;
  const held = isStopping(state, path) || (left && keptOut(state, path) !== undefined);
  if (left && !held) {
    const { verb } = planned.step;
    const max = verb.kind === 'for-each' ? (verb.maxParallel ?? 1) : 1;
    return running < max && !state.paused ? { time, kind: 'pass-started', path, index } : undefined;
  }
  if (running > 0) return undefined;
  const end: End = { ...(loop.failed === undefined ? {} : { failed: loop.failed }), ...(left || loop.cut === true ? { cut: true } : {}) };
  return ended(state, turn, end, time, (): Readonly<Record<string, Json>> => {
    const list = items.map((item, at): Json => {
      const { outcome, outputs } = ends[at] ?? { outcome: 'skipped', outputs: {} };
      return { item, outcome, outputs };
    });
    return JSON.stringify(list).length > longestItems ? { [tooLargeKey]: ['items'] } : { items: list };
  });
}

function nextOfPasses(state: State, turn: Turn, loop: Extract<Open, { verb: 'repeat' }>, time: number): KernelEvent | undefined {
  const { path, planned } = turn;
  const { verb } = planned.step;
  if (verb.kind !== 'repeat') return undefined;
  const { done, begun, base, due = time } = loop;
  const open = begun > 0 && state.lists[passPath(path, begun - 1)] !== undefined;
  const again = (): KernelEvent | undefined => {
    if (isStopping(state, path) || keptOut(state, path) !== undefined)
      return { time, kind: 'step-cancelled', path, attempt: numberOf(state, turn) };
    return state.paused || time < due ? undefined : { time, kind: 'pass-started', path, index: begun };
  };
  if (done === undefined) return open ? undefined : again();
  if (done.failed !== undefined || done.cut === true) return ended(state, turn, done, time, () => ({}));
  const attempt = numberOf(state, turn);
  try {
    if (holds(state, { ...turn, where: `${turn.where}, until` }, verb.until)) return success(state, turn, { passes: begun }, time);
  } catch (error) {
    return failure(state, path, time, attempt, problemOf(error));
  }
  const max = verb.max ?? usualPasses;
  if (begun - base >= max) return failure(state, path, time, attempt, problem('repeat-exhausted', { step: path, max }));
  return again();
}

function nextOfWait(state: State, turn: Turn, wait: Extract<Open, { verb: 'wait' }>, time: number): KernelEvent | undefined {
  const { path, planned } = turn;
  const { verb } = planned.step;
  const attempt = numberOf(state, turn);
  if (isStopping(state, path)) return { time, kind: 'step-cancelled', path, attempt };
  if (time < wait.due || verb.kind !== 'wait') return undefined;
  if (!wait.until) return success(state, turn, {}, time);
  try {
    if (holds(state, { ...turn, where: `${turn.where}, until` }, verb.until ?? 'true')) return success(state, turn, {}, time);
    if (wait.deadline !== undefined && time >= wait.deadline)
      return failure(state, path, time, attempt, problem('wait-timeout', { step: path, timeout: verb.timeout ?? '' }));
    const next = time + (verb.every === undefined ? 10_000 : Math.max(1, milliseconds(verb.every)));
    return { time, kind: 'wait-continued', path, due: Math.min(next, wait.deadline ?? next) };
  } catch (error) {
    return failure(state, path, time, attempt, problemOf(error));
  }
}
