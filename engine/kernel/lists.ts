import { parseDuration } from '../../runbook/core/duration.ts';
import type { Json } from '../../runbook/core/json.ts';
import { frameAt, keepSecrets, pathIn, planIn, plannedAt, runbookFrame } from './frames.ts';
import type { List, ListEnd, Loop, Open, PassFrame, Result, State } from './state.ts';

export type NewList = Pick<List, 'planned' | 'frame'> & Partial<Pick<List, 'owner' | 'undo'>>;

/** What steps of a list wait for: part of `evolve`, which may change the state. A list without steps ends at once. */
export function openList(state: State, key: string, made: NewList, time: number): void {
  const list = addList(state, key, made);
  if (list.size === 0) endList(state, key, time);
  if (state.reopened) forgetEnds(state, list);
  for (let index = 0; index < list.size; index++) if (neededBy(state, list, index).length === 0) makeReady(state, key, index);
}

/** What ended in an earlier opening of the run has not ended in this one. */
function forgetEnds(state: State, list: List): void {
  for (let index = 0; index < list.size; index++) delete state.steps[memberOf(state, list, index)?.path ?? '']?.endedAt;
}

export function addList(state: State, key: string, made: NewList): List {
  const plan = made.planned === '' ? undefined : planIn(state, made.frame).lists.get(made.planned);
  const size = plan?.steps.length ?? made.undo?.length ?? 1;
  const list: List = { ...made, size, ...(plan?.max === undefined ? {} : { max: plan.max }), ready: [], running: 0, ended: 0 };
  state.lists[key] = list;
  return list;
}

/** The places of those that must have ended before; undos come one after the other. */
export function neededBy(state: State, list: List, index: number): readonly number[] {
  const plan = list.planned === '' ? undefined : planIn(state, list.frame).lists.get(list.planned);
  return plan?.before[index] ?? (index === 0 ? [] : [index - 1]);
}

/** The step at a place of the list, whether its turn has come or not. */
export function memberOf(state: State, list: List, index: number): { of: string; frame: string; path: string } | undefined {
  const undone = list.undo?.[index];
  if (undone !== undefined) {
    const of = plannedAt(state, undone).step.undo?.path;
    return of === undefined ? undefined : { of, frame: state.steps[undone]?.frame ?? list.frame, path: `undo/${undone}` };
  }
  const of = list.planned === '' ? state.start?.only : planIn(state, list.frame).lists.get(list.planned)?.steps[index]?.step.path;
  return of === undefined ? undefined : { of, frame: list.frame, path: pathIn(state, list.frame, of) };
}

export function makeReady(state: State, key: string, index: number): void {
  const list = state.lists[key];
  const member = list && memberOf(state, list, index);
  if (list === undefined || member === undefined) return;
  const { path, of, frame } = member;
  const before = state.steps[path];
  const { attempts = 0, seen = false } = before ?? {};
  const at = before?.at.kind === 'ready' ? before.at : ({ kind: 'ready' } as const);
  state.steps[path] = { of, frame, list: key, index, at, seen, attempts, before: attempts, stopping: false };
  list.ready.push(path);
}

/** A step of it has ended: those that needed only this are ready, and after the last one so is whatever opened the list. */
export function endInList(state: State, path: string, time: number): void {
  const step = state.steps[path];
  const list = step && state.lists[step.list];
  if (step === undefined || list === undefined) return;
  list.running--;
  list.ended++;
  if (list.ended === list.size) {
    endList(state, step.list, time);
    return;
  }
  const plan = list.planned === '' ? undefined : planIn(state, list.frame).lists.get(list.planned);
  for (const next of plan?.after[step.index] ?? [step.index + 1]) {
    const needed = neededBy(state, list, next);
    if (state.reopened && hasEnded(state, list, next)) continue;
    if (needed.length < 2 || needed.every((one) => hasEnded(state, list, one))) makeReady(state, step.list, next);
  }
}

function hasEnded(state: State, list: List, index: number): boolean {
  const path = memberOf(state, list, index)?.path ?? '';
  return state.steps[path]?.endedAt !== undefined;
}

export function endList(state: State, key: string, time: number): void {
  const list = state.lists[key];
  if (list === undefined) return;
  delete state.lists[key];
  const end: ListEnd = { ...(list.failed === undefined ? {} : { failed: list.failed }), ...(list.cut === undefined ? {} : { cut: true }) };
  if (list.owner === undefined) {
    runbookFrame(state, list.frame).frame.done = true;
    return;
  }
  const at = state.steps[list.owner]?.at;
  if (at?.kind === 'fallback') at.done = end;
  else if (at?.kind !== 'open') return;
  else if (at.what.verb === 'for-each') endItem(state, at.what, list.frame, end);
  else if (at.what.verb === 'repeat') endPass(state, at.what, list, end, time);
  else if (at.what.verb === 'parallel' || at.what.verb === 'switch') at.what.done = end;
}

function endItem(state: State, loop: Loop, id: string, end: ListEnd): void {
  const frame = frameAt(state, id) as PassFrame;
  loop.running--;
  loop.ends[frame.index] = {
    outcome: end.failed !== undefined ? 'failure' : end.cut === true ? 'cancelled' : 'success',
    outputs: Object.fromEntries(Object.entries(frame.results).flatMap(([key, { outputs }]) => (isId(key) ? [[key, outputs as Json]] : []))),
  };
  if (end.failed !== undefined) loop.failed ??= end.failed;
  if (end.cut === true) loop.cut = true;
  leave(state, id, end);
}

/** What the pass found counts from now on in the frame around it, in place of what the one before found. */
function endPass(state: State, loop: Extract<Open, { verb: 'repeat' }>, list: List, end: ListEnd, time: number): void {
  const frame = frameAt(state, list.frame) as PassFrame;
  const around: Record<string, Result> = frameAt(state, frame.around).results;
  Object.assign(around, frame.results);
  for (const key of Object.keys(frame.results)) keepSecrets(frameAt(state, frame.around), key, frame.secrets?.[key]);
  loop.done = end;
  const { verb } = plannedAt(state, frame.loop).step;
  const delay = verb.kind === 'repeat' && verb.delay !== undefined ? parseDuration(verb.delay) : undefined;
  loop.due = time + (delay?.ok === true ? delay.milliseconds : 0);
  leave(state, list.frame, end);
}

/** A frame is kept as long as something in it can be undone or tried again. */
function leave(state: State, id: string, end: ListEnd): void {
  if (end.failed === undefined && end.cut !== true && !frameAt(state, id).keep) delete state.frames[id];
}

/** Paths have a slash or a number sign, ids never. */
const isId = (key: string): boolean => !/[#/]/.test(key);
