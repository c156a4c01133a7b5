import { planOf } from '../../runbook/core/plan.ts';
import type { KernelEvent } from './event.ts';
import { fileOf, phaseKey, plannedAt, rootFrame, runbookFrame } from './frames.ts';
import { addList, endList, makeReady, memberOf, neededBy } from './lists.ts';
import { locate } from './locate.ts';
import type { List, State } from './state.ts';

/** What has begun stays as it is; what has not is laid out anew. Part of `evolve`. */
export function edited(
  state: State,
  { snapshot, edited: to, inputs, policy, people, time }: Extract<KernelEvent, { kind: 'run-edited' }>,
): State {
  state.snapshot = to;
  state.snapshotDigest = snapshot;
  if (state.start !== undefined) state.start = { ...state.start, inputs, policy, ...(people === undefined ? {} : { people }) };
  state.frames[rootFrame] = { ...runbookFrame(state, rootFrame).frame, inputs };
  for (const path of Object.keys(state.active)) askAgain(state, path, time);
  for (const [path, { at, attempts }] of Object.entries(state.steps))
    if (at.kind === 'ready' && at.again === undefined && attempts === 0) delete state.steps[path];
  state.order = state.order.filter((path) => Object.hasOwn(state.steps, path));
  state.toSkip = Object.fromEntries(Object.entries(state.toSkip).filter(([path]) => locate(to, path) !== undefined));
  state.undoable = state.undoable.filter((path) => plannedAt(state, path).step.undo !== undefined);
  for (const [key, list] of Object.entries(state.lists)) layOut(state, key, list, time);
  for (const [id, frame] of Object.entries(state.frames))
    if (frame.kind === 'runbook' && (id === rootFrame || Object.hasOwn(state.active, id))) goOn(state, id, time);
  return state;
}

/** A question that is open, and an answer that nothing came of yet, were about another snapshot. */
function askAgain(state: State, path: string, time: number): void {
  const step = state.steps[path];
  if (step === undefined) return;
  delete step.decided;
  const { at } = step;
  if (at.kind !== 'waiting' && at.kind !== 'approved' && at.kind !== 'held') return;
  if (step.attempts > step.before) {
    step.at = { kind: 'retrying', attempt: at.attempt - 1, due: time, ...(at.after === undefined ? {} : { error: at.after }) };
  } else {
    step.at = { kind: 'ready' };
    delete state.active[path];
  }
}

/** The list as the new plan has it. */
function layOut(state: State, key: string, { planned, frame, owner, failed, cut }: List, time: number): void {
  const list = addList(state, key, { planned, frame, ...(owner === undefined ? {} : { owner }) });
  if (failed !== undefined) list.failed = failed;
  if (cut !== undefined) list.cut = cut;
  const ended = new Set<number>();
  const open: number[] = [];
  for (let index = 0; index < list.size; index++) {
    const path = memberOf(state, list, index)?.path ?? '';
    const step = state.steps[path];
    if (step !== undefined) step.index = index;
    if (step?.endedAt !== undefined) ended.add(index);
    else if (Object.hasOwn(state.active, path)) list.running++;
    else open.push(index);
  }
  list.ended = ended.size;
  for (const index of open) if (neededBy(state, list, index).every((one) => ended.has(one))) makeReady(state, key, index);
  if (list.ended === list.size) endList(state, key, time);
}

/** A phase that had come to its end, with the run paused before the next one, goes on when steps were added to it. */
function goOn(state: State, id: string, time: number): void {
  const { frame } = runbookFrame(state, id);
  const { phase, done, undoing } = frame;
  if (!done || phase === undefined || phase === 'rollback' || undoing || (id === rootFrame && state.start?.only !== undefined)) return;
  const list = { planned: phase, frame: id, size: planOf(fileOf(state, id).runbook).lists.get(phase)?.steps.length ?? 0 };
  const isNew = (index: number) =>
    state.steps[memberOf(state, { ...list, ready: [], running: 0, ended: 0 }, index)?.path ?? '']?.endedAt === undefined;
  if (!Array.from({ length: list.size }, (_, index) => index).some(isNew)) return;
  frame.done = false;
  layOut(state, phaseKey(id, phase), { ...list, ready: [], running: 0, ended: 0 }, time);
}
