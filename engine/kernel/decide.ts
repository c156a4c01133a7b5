import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { answered, decided } from './answers.ts';
import { attemptEnded, attemptHeld, attemptLost } from './attempt-end.ts';
import type { Command } from './command.ts';
import { cancel, pause, release, resume, retry, rollback, skip, unlock } from './control.ts';
import { edit } from './edit.ts';
import type { Ports } from './enter.ts';
import type { KernelEvent } from './event.ts';
import { evolve } from './evolve.ts';
import { fallbackKey, ownerOf, passPath, phaseKey, rootFrame, stepAt } from './frames.ts';
import { nextAt, type Spot } from './next.ts';
import { start } from './start.ts';
import { type State, usualTurns } from './state.ts';

export type { Ports } from './enter.ts';

/** Events after which a decision ends. A loop that waits for nothing would keep the engine from all other runs, and its events in memory. */
export const longestDecision = 5000;

/**
 * The events that a command leads to, each already applied to `state`; all of them belong into one append.
 * Of `longestDecision` events or more there may be more to follow: `time-passed` goes on where this ended.
 * Empty for a command that was heard before. Throws a ProblemError for one that cannot be obeyed, with the state untouched.
 * Only places that the events touch are looked at, so that a command costs by what it changes and not by the length of the run.
 */
export function decide(state: State, command: Command, ports: Ports): KernelEvent[] {
  const direct = answerTo(state, command);
  if (direct === 'known') return [];
  const events: KernelEvent[] = [];
  const agenda = new Agenda();
  const take = (event: KernelEvent): void => {
    const before = around(state, event);
    evolve(state, event);
    events.push(event);
    for (const spot of before) agenda.add(spot);
    for (const spot of touched(state, event)) agenda.add(spot);
    if (state.turns > state.mostTurns && state.finished === undefined) take(exceeded(state, command.time));
  };
  if (direct === undefined) for (const spot of everywhere(state)) agenda.add(spot);
  else take(direct);
  for (let spot = agenda.first(); spot !== undefined && events.length < longestDecision; spot = agenda.first()) {
    const event = nextAt(state, spot, command.time, ports);
    if (event === undefined) agenda.drop(spot);
    else take(event);
  }
  return events;
}

function exceeded(state: State, time: number): KernelEvent {
  const most = state.start?.most ?? usualTurns;
  return { time, kind: 'run-exceeded', error: problem('run-too-long', { run: state.start?.run ?? '', most }) };
}

/** Places to look at, each once, in the order in which they came up. */
class Agenda {
  readonly #spots = new Map<string, Spot>();
  add(spot: Spot): void {
    this.#spots.set(`${spot.kind} ${spot.key}`, spot);
  }
  drop({ kind, key }: Spot): void {
    this.#spots.delete(`${kind} ${key}`);
  }
  first(): Spot | undefined {
    for (const spot of this.#spots.values()) return spot;
    return undefined;
  }
}

/** The event that says what happened; undefined when only time has passed, `known` when there is nothing new in it. */
function answerTo(state: State, command: Command): KernelEvent | 'known' | undefined {
  if (command.kind === 'start') return start(state, command);
  if (state.start === undefined) throw new ProblemError(problem('run-unknown', { run: 'that has not started' }));
  switch (command.kind) {
    case 'attempt-ended':
      return attemptEnded(state, command);
    case 'attempt-held':
      return attemptHeld(state, command);
    case 'unlock':
      return unlock(state, command);
    case 'attempt-lost':
      return attemptLost(state, command);
    case 'approve':
    case 'reject':
      return decided(state, command);
    case 'answer':
      return answered(state, command);
    case 'release':
      return release(state, command);
    case 'cancel':
      return cancel(state, command);
    case 'pause':
      return pause(state, command);
    case 'resume':
      return resume(state, command);
    case 'edit':
      return edit(state, command);
    case 'skip':
      return skip(state, command);
    case 'retry':
      return retry(state, command);
    case 'rollback':
      return rollback(state, command);
    case 'time-passed':
      return undefined;
  }
}

/** The list of the event's step and what that list is part of, as long as both are there. */
function around(state: State, event: KernelEvent): Spot[] {
  if (!('path' in event)) return [];
  const key = stepAt(state, event.path)?.list ?? '';
  const list = state.lists[key];
  if (list === undefined) return [];
  // What is kept from going on, a loop between two passes say, may be anywhere.
  if (mayStop.has(event.kind)) return everywhere(state);
  const owner = ownerOf(state, list);
  const part: Spot = list.owner === undefined ? { kind: 'frame', key: owner ?? rootFrame } : { kind: 'step', key: list.owner };
  return [{ kind: 'list', key }, part];
}

/** After these steps elsewhere may have to end, or not to begin. */
const mayStop: ReadonlySet<KernelEvent['kind']> = new Set(['step-failed', 'unknown-answered', 'approval-rejected', 'approval-expired']);

/** The event's step, and what the event has opened. */
function touched(state: State, event: KernelEvent): Spot[] {
  switch (event.kind) {
    case 'phase-entered': {
      const frame = event.call ?? rootFrame;
      return [
        { kind: 'list', key: phaseKey(frame, event.phase) },
        { kind: 'frame', key: frame },
      ];
    }
    case 'pass-started':
      return [
        { kind: 'list', key: passPath(event.path, event.index) },
        { kind: 'step', key: event.path },
      ];
    case 'step-opened':
      return [
        { kind: 'list', key: event.path },
        { kind: 'step', key: event.path },
        { kind: 'frame', key: event.path },
      ];
    case 'step-failed':
      return [
        { kind: 'step', key: event.path },
        { kind: 'list', key: fallbackKey(event.path) },
      ];
    case 'step-continued':
      return everywhere(state);
    case 'run-finished':
      return [];
    default:
      return 'path' in event && event.kind !== 'skip-requested' ? [{ kind: 'step', key: event.path }] : everywhere(state);
  }
}

/** By what is open; what has ended costs nothing. */
function everywhere(state: State): Spot[] {
  const steps = Object.keys(state.active);
  return [
    ...steps.map((key): Spot => ({ kind: 'step', key })),
    ...Object.keys(state.lists).map((key): Spot => ({ kind: 'list', key })),
    ...steps.filter((path) => state.frames[path]?.kind === 'runbook').map((key): Spot => ({ kind: 'frame', key })),
    { kind: 'frame', key: rootFrame },
  ];
}
