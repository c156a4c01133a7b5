import { type Problem, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { KernelEvent } from './event.ts';
import { fallbackKey, frameAt, isInside, keepSecrets, plannedAt, resultKey, rootFrame, runbookFrame } from './frames.ts';
import { endInList, openList } from './lists.ts';
import { openPass } from './passes.ts';
import { enterPhase, rollBack } from './phases.ts';
import { rejection } from './rejection.ts';
import { goOnInside, reopen } from './reopen.ts';
import type { Opening } from './request.ts';
import {
  type Again,
  cleanupTurns,
  type Failure,
  type Open,
  type Result,
  type RunbookFrame,
  type State,
  type StepAt,
  type StepState,
} from './state.ts';
import { edited } from './take-edit.ts';

type Kind = KernelEvent['kind'];
type Of<K extends Kind> = Extract<KernelEvent, { kind: K }>;

/**
 * Applies one event in place. Costs what the event is about: constant, but for those that open many things at once
 * (a phase, a list, the items of a loop, a cancellation, a rollback, a retry). Events come from `decide` and are not judged again.
 */
export function evolve(state: State, event: KernelEvent): State {
  // The table is typed over all kinds; the compiler cannot see that kind and handler belong together.
  (handlers[event.kind] as (state: State, event: KernelEvent) => void)(state, event);
  return state;
}

const handlers: { readonly [K in Kind]: (state: State, event: Of<K>) => void } = {
  'run-started': start,
  'run-released': (state) => {
    state.queued = false;
  },
  'run-edited': (state, event) => void edited(state, event),
  'phase-entered': enterPhase,
  'step-skipped': skip,
  'approval-requested': ask,
  'approval-given': (state, { path, actor }) => {
    const step = begin(state, path);
    if (step.at.kind === 'waiting') step.at = { ...step.at, given: [...step.at.given, actor.by] };
  },
  'approval-escalated': escalate,
  'approval-granted': (state, { path }) => {
    const step = begin(state, path);
    if (step.at.kind !== 'waiting') return;
    const { attempt, digest, request, risk } = step.at;
    step.decided = { digest, decision: 'granted', risk };
    step.at = { kind: 'approved', attempt, digest, request, risk, ...afterOf(step.at) };
  },
  'approval-rejected': (state, event) => {
    decided(state, event.path, event.digest, 'rejected');
    fail(state, { ...event, error: rejection(event), rejected: true });
  },
  'approval-expired': (state, event) => {
    decided(state, event.path, event.digest, 'expired');
    fail(state, { ...event, error: problem('approval-expired', { step: event.path }), rejected: true });
  },
  'step-started': (state, { time, kind: _kind, path, ...started }) => {
    const step = begin(state, path);
    step.attempts = started.attempt;
    step.risk = started.risk;
    step.startedAt ??= time;
    if (step.at.kind === 'retrying') state.turns++;
    step.at = { kind: 'running', ...started, since: time, ...afterOf(step.at) };
  },
  'step-opened': opened,
  'step-continued': (state, { path, time }) => {
    const { at } = stepOf(state, path);
    begin(state, path);
    if (at.kind === 'ready' && at.again !== undefined) goOnInside(state, path, at.again.opened, wantedOf(at.again), time);
  },
  'pass-started': (state, { path, index, time }) => openPass(state, path, index, time),
  'wait-continued': (state, { path, due }) => {
    state.turns++;
    const { at } = begin(state, path);
    if (at.kind === 'open' && at.what.verb === 'wait') at.what.due = due;
  },
  'step-succeeded': (state, event) => {
    // Before the end of the step, with which what it is in may end.
    keepSecretsOf(state, event);
    succeed(state, event, event.outputs, event.exitCode);
  },
  'step-failed': failed,
  'step-cancelled': (state, event) => endBadly(state, event, { kind: 'cancelled', ...openedAt(state, event.path) }, 'cancelled'),
  'step-held': (state, { path, error, time }) => {
    const step = begin(state, path);
    if (step.at.kind !== 'running') return;
    step.attempts--;
    step.at = { ...step.at, kind: 'held', since: time, error };
  },
  'secrets-unlocked': (state, { time }) => letGo(state, time),
  'step-unknown': (state, { path, time }) => {
    const step = begin(state, path);
    delete step.answered;
    if (step.at.kind === 'running') step.at = { ...step.at, kind: 'unknown', since: time };
  },
  'unknown-answered': (state, event) => {
    const step = begin(state, event.path);
    step.answered = event.answer;
    if (event.answer === 'succeeded') succeed(state, event, {});
    else if (event.answer === 'failed') fail(state, { ...event, error: problem('outcome-unknown') });
    else if (step.at.kind === 'unknown') step.at = { kind: 'retrying', attempt: step.at.attempt, due: event.time };
  },
  'cancel-requested': cancel,
  'run-exceeded': (state, { error }) => {
    state.mostTurns = state.turns + cleanupTurns;
    root(state).cause ??= { kind: 'failed', path: '', error };
    for (const path of Object.keys(state.active)) stop(state, path);
  },
  'pause-requested': (state) => {
    state.paused = true;
  },
  'resume-requested': (state, { time }) => {
    state.paused = false;
    letGo(state, time);
  },
  'skip-requested': (state, { path, actor }) => {
    state.toSkip[path] = actor;
  },
  'run-reopened': (state, { paths, time }) => reopen(state, paths, time),
  'rollback-requested': (state) => {
    root(state).undoing = true;
    if (state.finished === undefined) cancel(state);
    else rollBack(state);
  },
  'run-finished': (state, { status, time, outputs, error }) => {
    state.finished = { status, time, outputs, ...filled({ error }) };
    state.queued = false;
  },
};

interface At {
  readonly path: string;
  readonly time: number;
}

/** Leaves out what is undefined: state is JSON. */
const filled = <T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

const root = (state: State): RunbookFrame => runbookFrame(state, rootFrame).frame;

function start(state: State, { time, run, actor, policy, inputs, only, people, group, queued, given, most }: Of<'run-started'>): void {
  state.start = { run, time, actor, policy, inputs, ...filled({ only, people, group, most }) };
  if (most !== undefined) state.mostTurns = most;
  state.queued = queued === true;
  const results: Record<string, Result> = {};
  for (const [key, outputs] of Object.entries(given ?? {})) results[key] = { outcome: 'success', outputs };
  state.frames[rootFrame] = newFrame({ inputs, results });
}

export const newFrame = (own: Pick<RunbookFrame, 'file' | 'around' | 'inputs' | 'results' | 'action' | 'secretInputs'>): RunbookFrame => ({
  kind: 'runbook',
  ...own,
  done: true,
  cancelled: false,
  undoing: false,
  cleaned: false,
  keep: false,
});

function stepOf(state: State, path: string): StepState {
  const step = state.steps[path];
  if (step === undefined) throw new Error(`the run has no step ${path}`);
  return step;
}

const wantedOf = ({ wanted }: Again): ReadonlySet<string> | undefined => (wanted === undefined ? undefined : new Set(wanted));

/** The step's entry; with its first event it becomes active until it ends. */
function begin(state: State, path: string): StepState {
  const step = stepOf(state, path);
  if (step.at.kind !== 'ready' || Object.hasOwn(state.active, path)) return step;
  state.active[path] = true;
  state.turns++;
  // A step that is tried again after the run had ended keeps its place.
  if (!step.seen) state.order.push(path);
  step.seen = true;
  const list = state.lists[step.list];
  if (list === undefined) return step;
  list.running++;
  if (list.ready[0] === path) list.ready.shift();
  else list.ready = list.ready.filter((one) => one !== path);
  return step;
}

function end(state: State, { path, time }: At, at: StepAt, outcome: Result['outcome'], outputs: Result['outputs'] = {}): void {
  const step = begin(state, path);
  step.at = at;
  step.endedAt = time;
  delete state.active[path];
  if (state.frames[path]?.kind === 'runbook' && !leadsOn(state, step.frame)) forgetUndos(state, path);
  frameAt(state, step.frame).results[resultKey(plannedAt(state, path))] = { outcome, outputs };
  endInList(state, path, time);
}

function ask(
  state: State,
  { time, kind: _kind, path, min = 1, escalation, expiresAt, approvers, unresolved, not, ...asked }: Of<'approval-requested'>,
): void {
  const step = begin(state, path);
  step.risk = asked.risk;
  const who = filled({ escalation, expiresAt, approvers, unresolved, not });
  step.at = { kind: 'waiting', ...asked, since: time, min, given: [], ...who, ...afterOf(step.at) };
}

const afterOf = (at: StepAt): { after?: Problem } =>
  filled({ after: 'after' in at ? at.after : at.kind === 'retrying' ? at.error : undefined });

/** What was held up tries again. */
function letGo(state: State, time: number): void {
  for (const path of Object.keys(state.active)) {
    const { at } = begin(state, path);
    if (at.kind === 'held')
      begin(state, path).at = { kind: 'retrying', attempt: at.attempt - 1, due: time, ...filled({ error: at.after }) };
  }
}

function escalate(state: State, { path, approvers }: Of<'approval-escalated'>): void {
  const step = begin(state, path);
  if (step.at.kind !== 'waiting') return;
  const { escalation: _over, ...at } = step.at;
  step.at = { ...at, ...filled({ approvers }) };
}

function skip(state: State, event: Of<'step-skipped'>): void {
  const { path, reason } = event;
  const list = state.lists[begin(state, path).list];
  delete state.toSkip[path];
  if (list !== undefined && (reason === 'cancelled' || (reason === 'earlier-failure' && list.failed === undefined))) list.cut = true;
  if (reason === 'cancelled') markPartial(state, path);
  end(state, event, { kind: 'skipped', reason }, 'skipped');
}

function opened(state: State, { path, opening, time }: Of<'step-opened'>): void {
  const step = begin(state, path);
  step.startedAt ??= time;
  step.at = { kind: 'open', what: openOf(opening, time), since: time };
  const { of, frame } = step;
  const inside = { frame, owner: path };
  if (opening.verb === 'parallel') openList(state, path, { planned: of, ...inside }, time);
  if (opening.verb === 'switch') openList(state, path, { planned: `${of}/#${(opening.branch ?? 0) + 1}`, ...inside }, time);
  if (opening.verb === 'call') {
    const { file, inputs, action, secretInputs } = opening;
    state.frames[path] = newFrame({ file, around: frame, inputs, results: {}, ...filled({ action, secretInputs }) });
  }
}

function openOf(opening: Opening, time: number): Open {
  switch (opening.verb) {
    case 'for-each':
      return { verb: 'for-each', items: opening.items, next: 0, running: 0, ends: opening.items.map(() => null) };
    case 'repeat':
      return { verb: 'repeat', begun: 0, base: 0 };
    case 'switch':
      return { verb: 'switch', branch: opening.branch ?? 0 };
    case 'wait': {
      const deadline = opening.timeout === undefined ? {} : { deadline: time + opening.timeout };
      return { verb: 'wait', until: opening.for === undefined, due: time + (opening.for ?? 0), ...deadline };
    }
    case 'call':
      return { verb: 'call' };
    default:
      return { verb: 'parallel' };
  }
}

function succeed(state: State, event: At, outputs: Readonly<Record<string, Json>>, exitCode?: number): void {
  const { step, undoes } = plannedAt(state, event.path);
  const own = begin(state, event.path);
  const undone = undoes === undefined ? undefined : state.steps[event.path.replace(/^undo\//, '')];
  if (undone !== undefined) undone.at = { kind: 'undone' };
  // What its fallback did in its place is undone by the undos of the fallback's steps.
  if (step.undo !== undefined && own.at.kind !== 'fallback' && leadsOn(state, own.frame)) {
    // A step that succeeded before, and again now, is undone once.
    if (state.reopened) state.undoable = state.undoable.filter((path) => path !== event.path);
    state.undoable.push(event.path);
    keepAround(state, own.frame);
  }
  if (own.at.kind === 'open' && own.at.what.verb === 'call' && !frameAt(state, event.path).keep) delete state.frames[event.path];
  end(state, event, { kind: 'succeeded', ...filled({ exitCode }) }, 'success', outputs);
}

/** Is the runbook in the phases that a rollback takes back? */
function leadsOn(state: State, frame: string): boolean {
  const { phase } = runbookFrame(state, frame).frame;
  return phase === 'steps' || phase === 'verify';
}

/** A runbook that was called to clean up is not taken back by the one that called it. */
function forgetUndos(state: State, call: string): void {
  state.undoable = state.undoable.filter((path) => {
    for (let at = state.steps[path]?.frame; at !== undefined; at = state.frames[at]?.around) if (at === call) return false;
    return true;
  });
}

function keepAround(state: State, frame: string): void {
  for (let id: string | undefined = frame; id !== undefined; id = state.frames[id]?.around) {
    const at = frameAt(state, id);
    if (at.keep) return;
    at.keep = true;
  }
}

function failed(state: State, event: Of<'step-failed'>): void {
  const { path, attempt, error, exitCode, retryAt, fallback } = event;
  const step = begin(state, path);
  if (retryAt !== undefined) {
    step.at = { kind: 'retrying', attempt, due: retryAt, error };
  } else if (fallback === true) {
    step.at = { kind: 'fallback', error, ...filled({ exitCode }) };
    keepSecretsOf(state, event);
    frameAt(state, step.frame).results[resultKey(plannedAt(state, path))] = { outcome: 'failure', outputs: event.outputs ?? {} };
    openList(state, fallbackKey(path), { planned: fallbackKey(step.of), frame: step.frame, owner: path }, event.time);
  } else {
    keepSecretsOf(state, event);
    fail(state, event);
  }
}

function keepSecretsOf(state: State, { path, attempt, ...event }: Of<'step-succeeded'> | Of<'step-failed'>): void {
  const own = event.secretOutputs?.map((name) => [name, { secret: `steps.${path}.outputs.${name}`, version: attempt }] as const);
  const secrets = own === undefined ? undefined : Object.fromEntries(own);
  const from = event.kind === 'step-succeeded' ? event.secretsFrom : undefined;
  keepSecrets(frameAt(state, begin(state, path).frame), resultKey(plannedAt(state, path)), from ?? secrets);
}

interface Failing extends At {
  readonly error: Problem;
  readonly outputs?: Readonly<Record<string, Json>>;
  readonly exitCode?: number;
  readonly from?: string;
  readonly rejected?: true;
}

/** For good. A rejection stops the run whatever `on-error` says. */
function fail(state: State, event: Failing): void {
  const { path, error, outputs, exitCode, from, rejected } = event;
  const step = begin(state, path);
  const list = state.lists[step.list];
  const { onError } = plannedAt(state, path).step;
  if (list !== undefined && (onError !== 'continue' || rejected === true)) {
    const failure: Failure = { kind: rejected === true ? 'rejected' : 'failed', path: from ?? path, error };
    list.failed ??= failure;
    if (list.owner === undefined) runbookFrame(state, list.frame).frame.cause ??= failure;
    else if (isFailFast(state, list.owner)) stopInside(state, list.owner);
  }
  const known = step.at.kind === 'open' ? { opened: step.at.what } : {};
  endBadly(state, event, { kind: 'failed', error, ...filled({ exitCode }), ...known }, 'failure', outputs);
}

const openedAt = (state: State, path: string): { opened?: Open } => {
  const at = state.steps[path]?.at;
  return at?.kind === 'open' ? { opened: at.what } : at?.kind === 'ready' && at.again !== undefined ? { opened: at.again.opened } : {};
};

function endBadly(state: State, event: At, at: StepAt, outcome: Result['outcome'], outputs?: Result['outputs']): void {
  markPartial(state, event.path);
  const list = state.lists[begin(state, event.path).list];
  if (list !== undefined && outcome === 'cancelled') list.cut = true;
  end(state, event, at, outcome, outputs);
}

function decided(state: State, path: string, digest: string, decision: 'rejected' | 'expired'): void {
  const step = begin(state, path);
  step.decided = { digest, decision, risk: step.risk ?? 'low' };
}

function isFailFast(state: State, path: string): boolean {
  const { verb } = plannedAt(state, path).step;
  return verb.kind === 'parallel' && verb.failFast === true && state.steps[path]?.at.kind === 'open';
}

/** Everything under way below a step is stopped; runbooks that were called still clean up. */
function stopInside(state: State, outer: string): void {
  for (const path of Object.keys(state.active)) if (isInside(state, path, outer)) stop(state, path);
}

function cancel(state: State): void {
  state.paused = false;
  root(state).cancelled = true;
  for (const path of Object.keys(state.active)) stop(state, path);
}

function stop(state: State, path: string): void {
  begin(state, path).stopping = true;
  const frame = state.frames[path];
  if (frame?.kind === 'runbook') frame.cancelled = true;
}

/** In a rollback, whatever was not undone makes it partial. */
function markPartial(state: State, path: string): void {
  const list = state.lists[state.steps[path]?.list ?? ''];
  if (list?.undo !== undefined) runbookFrame(state, list.frame).frame.rollback = 'partial';
}
