import { type PhaseList, planOf } from '../../runbook/core/plan.ts';
import { fileOf, phaseKey, plannedAt, rootFrame, runbookFrame } from './frames.ts';
import { addList, endList, makeReady, memberOf, type NewList, neededBy } from './lists.ts';
import { type Loop, type Open, type State, type StepState, usualTurns } from './state.ts';

/** Opens a run again at the steps that failed: those of `paths` and what they are in. What succeeded stays. Part of `evolve`. */
export function reopen(state: State, paths: readonly string[], time: number): void {
  delete state.finished;
  state.reopened = true;
  state.mostTurns = state.turns + (state.start?.most ?? usualTurns);
  const wanted = new Set<string>();
  for (const path of paths) for (let at: string | undefined = path; at !== undefined; at = ownerOfStep(state, at)) wanted.add(at);
  reopenFrame(state, rootFrame, wanted, time);
}

/** What the steps are in, from the inside out, each once. */
export function stepsAround(state: State, paths: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    for (let at = ownerOfStep(state, path); at !== undefined && !found.has(at); at = ownerOfStep(state, at)) found.add(at);
  }
  return [...found];
}

/** The step around a step, from the key of its list alone: the list itself is gone when it has ended. */
function ownerOfStep(state: State, path: string): string | undefined {
  const key = state.steps[path]?.list ?? '';
  const colon = key.lastIndexOf(':');
  if (colon >= 0) return key.slice(0, colon) || undefined;
  if (state.steps[key] !== undefined) return key;
  return /\[\d+\]$/.test(key) ? key.replace(/\[\d+\]$/, '') : key.replace(/^fallback\//, '');
}

type Wanted = ReadonlySet<string> | undefined;

/** The runbook goes on in the first phase that has something to try again. */
function reopenFrame(state: State, id: string, wanted: Wanted, time: number): void {
  const { frame } = runbookFrame(state, id);
  const phases: PhaseList[] = ['steps', 'verify', 'finally'];
  const { lists } = planOf(fileOf(state, id).runbook);
  const alone = id === rootFrame && state.start?.only !== undefined;
  const phase = phases.find((one) => {
    const list = { planned: alone ? '' : one, frame: id, size: alone ? 1 : (lists.get(one)?.steps.length ?? 0) };
    for (let index = 0; index < list.size; index++) {
      const path = memberOf(state, { ...list, ready: [], running: 0, ended: 0 }, index)?.path ?? '';
      const step = state.steps[path];
      if (step === undefined || isOpenAgain(state, path, step, wanted)) return true;
    }
    return false;
  });
  delete frame.cause;
  frame.cancelled = false;
  frame.done = phase === undefined;
  frame.phase = phase ?? 'finally';
  if (phase !== undefined) reopenList(state, phaseKey(id, phase), { planned: alone ? '' : phase, frame: id }, time, wanted);
}

/** What has ended well stays; `wanted` undefined: everything that failed is tried again. */
export function reopenList(state: State, key: string, made: NewList, time: number, wanted?: Wanted): void {
  const list = addList(state, key, made);
  const open: number[] = [];
  const containers: { readonly index: number; readonly path: string }[] = [];
  const ended = new Set<number>();
  for (let index = 0; index < list.size; index++) {
    const path = memberOf(state, list, index)?.path ?? '';
    const step = state.steps[path];
    if (step === undefined) open.push(index);
    else if (!isOpenAgain(state, path, step, wanted)) {
      ended.add(index);
      list.ended++;
      if (step.at.kind === 'failed' && plannedAt(state, path).step.onError !== 'continue')
        list.failed ??= { kind: 'failed', path, error: step.at.error };
    } else if (
      (step.at.kind === 'failed' || step.at.kind === 'cancelled') &&
      step.at.opened !== undefined &&
      step.at.opened.verb !== 'wait'
    )
      containers.push({ index, path });
    else {
      delete step.endedAt;
      open.push(index);
    }
  }
  if (list.failed !== undefined && list.owner === undefined) runbookFrame(state, list.frame).frame.cause ??= list.failed;
  for (const { index, path } of containers) {
    if (neededBy(state, list, index).every((one) => ended.has(one))) {
      if (list.max !== undefined && list.running >= list.max) putOff(state, path, key, wanted);
      else reopenStep(state, path, wanted, time);
      continue;
    }
    // What it follows runs again, so it begins anew when its turn comes.
    delete state.steps[path]?.endedAt;
    open.push(index);
  }
  for (const index of open) if (neededBy(state, list, index).every((one) => ended.has(one))) makeReady(state, key, index);
  if (list.ended === list.size) endList(state, key, time);
}

function isOpenAgain(state: State, path: string, { at }: StepState, wanted: Wanted): boolean {
  switch (at.kind) {
    case 'succeeded':
    case 'undone':
      return false;
    case 'skipped':
      return at.reason === 'earlier-failure' || at.reason === 'cancelled';
    case 'failed':
      return wanted === undefined ? plannedAt(state, path).step.onError !== 'continue' : wanted.has(path);
    default:
      return true;
  }
}

/** The list has no room for it yet. */
function putOff(state: State, path: string, key: string, wanted: Wanted): void {
  const step = state.steps[path];
  if (step === undefined || (step.at.kind !== 'failed' && step.at.kind !== 'cancelled') || step.at.opened === undefined) return;
  step.at = { kind: 'ready', again: { opened: step.at.opened, ...(wanted === undefined ? {} : { wanted: [...wanted] }) } };
  step.stopping = false;
  delete step.endedAt;
  state.lists[key]?.ready.push(path);
}

function reopenStep(state: State, path: string, wanted: Wanted, time: number): void {
  const step = state.steps[path];
  const list = step && state.lists[step.list];
  if (step === undefined || list === undefined || (step.at.kind !== 'failed' && step.at.kind !== 'cancelled')) return;
  const { opened } = step.at;
  if (opened === undefined) return;
  delete step.endedAt;
  step.stopping = false;
  state.active[path] = true;
  list.running++;
  goOnInside(state, path, opened, wanted, time);
}

/** Part of `evolve`; the step is active. */
export function goOnInside(state: State, path: string, opened: Open, wanted: Wanted, time: number): void {
  const step = state.steps[path];
  if (step === undefined) return;
  const what = openAgain(opened);
  step.at = { kind: 'open', what, since: time };
  const inside = { frame: step.frame, owner: path };
  if (what.verb === 'parallel') reopenList(state, path, { planned: step.of, ...inside }, time, wanted);
  else if (what.verb === 'switch') reopenList(state, path, { planned: `${step.of}/#${what.branch + 1}`, ...inside }, time, wanted);
  else if (what.verb === 'call') reopenFrame(state, path, wanted, time);
}

/** A loop over items goes on with those that did not end well; a `repeat` that failed in a pass takes it up again, one that ran out has as many more. */
function openAgain(opened: Open): Open {
  switch (opened.verb) {
    case 'for-each': {
      const again = opened.items.flatMap((_, index) => (opened.ends[index]?.outcome === 'success' ? [] : [index]));
      const loop: Loop = { items: opened.items, again, next: opened.items.length, running: 0, ends: opened.ends };
      return { verb: 'for-each', ...loop };
    }
    case 'repeat': {
      const { begun } = opened;
      if (opened.done !== undefined && opened.done.failed === undefined && opened.done.cut === undefined)
        return { verb: 'repeat', begun, base: begun };
      const last = Math.max(0, begun - 1);
      return { verb: 'repeat', begun: last, base: Math.min(opened.base, last), again: last };
    }
    case 'parallel':
      return { verb: 'parallel' };
    case 'switch':
      return { verb: 'switch', branch: opened.branch };
    default:
      return opened;
  }
}
