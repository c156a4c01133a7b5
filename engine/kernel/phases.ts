import { planOf } from '../../runbook/core/plan.ts';
import type { KernelEvent, Phase } from './event.ts';
import { fileOf, phaseKey, rootFrame, runbookFrame } from './frames.ts';
import { openList } from './lists.ts';
import type { State } from './state.ts';

/** The phase that follows in a runbook frame; undefined when the runbook has ended. */
export function phaseAfter(state: State, id: string, phase: Phase | undefined): Phase | undefined {
  const { frame } = runbookFrame(state, id);
  if (id === rootFrame && state.start?.only !== undefined) return phase === undefined ? 'steps' : undefined;
  const { runbook } = fileOf(state, id);
  const { lists } = planOf(runbook);
  const has = (list: Phase): boolean => (lists.get(list)?.steps.length ?? 0) > 0;
  const rollback = frame.rollback === undefined && undoable(state, id).length > 0;
  if (frame.undoing && frame.cleaned) return rollback ? 'rollback' : undefined;
  switch (phase) {
    case undefined:
      // A run that was cancelled in its queue has nothing to clean up.
      return frame.cancelled && id === rootFrame ? undefined : 'steps';
    case 'steps':
      return has('verify') ? 'verify' : phaseAfter(state, id, 'verify');
    case 'verify':
      if (frame.cancelled) return frame.undoing && rollback ? 'rollback' : phaseAfter(state, id, 'rollback');
      if (frame.cause !== undefined && runbook.onFailure === 'rollback' && rollback) return 'rollback';
      return frame.cause !== undefined && has('on-failure') ? 'on-failure' : phaseAfter(state, id, 'on-failure');
    case 'on-failure':
    case 'rollback':
      return frame.cancelled && has('on-cancel') ? 'on-cancel' : phaseAfter(state, id, 'on-cancel');
    case 'on-cancel':
      return has('finally') ? 'finally' : undefined;
    case 'finally':
      return undefined;
  }
}

/** Steps of the frame and of what was called in it that can be undone. */
function undoable(state: State, id: string): string[] {
  return id === rootFrame ? state.undoable : state.undoable.filter((path) => isWithin(state, state.steps[path]?.frame, id));
}

function isWithin(state: State, frame: string | undefined, outer: string): boolean {
  for (let at = frame; at !== undefined; at = state.frames[at]?.around) if (at === outer) return true;
  return false;
}

/** Part of `evolve`. */
export function enterPhase(state: State, { phase, call = rootFrame, time }: Extract<KernelEvent, { kind: 'phase-entered' }>): void {
  const { frame } = runbookFrame(state, call);
  frame.phase = phase;
  frame.done = false;
  const key = phaseKey(call, phase);
  if (phase === 'rollback') {
    const undo = undoable(state, call).toReversed();
    const taken = new Set(undo);
    state.undoable = state.undoable.filter((path) => !taken.has(path));
    frame.rollback = 'full';
    openList(state, key, { planned: '', frame: call, undo }, time);
  } else {
    const alone = call === rootFrame && state.start?.only !== undefined;
    openList(state, key, { planned: alone ? '' : phase, frame: call }, time);
  }
}

/** A run that had ended undoes what it did, and nothing else. Part of `evolve`. */
export function rollBack(state: State): void {
  delete state.finished;
  runbookFrame(state, rootFrame).frame.cleaned = true;
}
