import type { RunDetail, RunSummary, StepStatus, StepView } from '../../protocol/run.ts';
import type { ItemContext } from '../contributions.ts';
import { type Branch, type GroupBranch, stepsBelow } from './tree.ts';
import { isHeld } from './words.ts';

// What can be done with a line of the Runs view, as menus read it. Where the steps of a run are not known yet, the engine has the last word.

export function runContext(run: RunSummary | RunDetail): ItemContext {
  switch (run.status) {
    case 'completed':
    case 'rejected':
    case 'cancelled':
      return 'run.done';
    case 'failed':
      if (!('steps' in run)) return 'run.failed.undo';
      if (run.rollback !== undefined) return 'run.failed.over';
      if (hasFailedItems(run)) return canUndo(run) ? 'run.failed.items.undo' : 'run.failed.items';
      return canUndo(run) ? 'run.failed.undo' : 'run.failed';
    case 'paused':
      if (!('steps' in run)) return 'run.active';
      if (run.paused === undefined) return run.steps.some(isHeld) ? 'run.held' : 'run.active';
      return canUndo(run) ? 'run.paused.undo' : 'run.paused';
    default:
      return 'run.active';
  }
}

/** A failed run can be tried again as long as nothing of it was undone. */
export const canRetry = (run: RunSummary | RunDetail): boolean =>
  run.status === 'failed' && (!('rollback' in run) || run.rollback === undefined);

export const canUndo = ({ steps }: RunDetail): boolean => steps.some(({ undo }) => undo !== undefined);

/** Whether something failed in an item of a loop or a pass. */
export const hasFailedItems = ({ steps }: RunDetail): boolean => steps.some(({ id, status }) => status === 'failed' && /\[\d+\]/.test(id));

export function stepContext(run: RunDetail, step: StepView): ItemContext {
  switch (step.status) {
    case 'pending':
      return isOver(run) ? 'step.done' : 'step.pending';
    case 'waiting_approval':
      return 'step.asks';
    case 'unknown':
      return 'step.unknown';
    case 'running':
      return step.verb === 'wait' || isHeld(step) ? 'step.waits' : 'step.running';
    case 'failed':
      return canRetry(run) && !step.id.startsWith('undo/') ? 'step.failed.retry' : 'step.failed';
    default:
      return 'step.done';
  }
}

export function groupContext(run: RunDetail, group: GroupBranch): ItemContext {
  const one = group.what === 'item' || group.what === 'pass';
  return one && canRetry(run) && (group.tally.failed ?? 0) > 0 ? 'group.failed' : 'group';
}

export const skippable: readonly StepStatus[] = ['pending', 'waiting_approval', 'unknown'];

/** A step that waits, asks, or has not begun, in a run that goes on. */
export const canSkip = (run: RunDetail, step: StepView): boolean => {
  const { status, verb, id } = step;
  return (
    !isOver(run) && !id.startsWith('undo/') && (skippable.includes(status) || (status === 'running' && (verb === 'wait' || isHeld(step))))
  );
};

const isOver = ({ status }: RunSummary): boolean => ['completed', 'failed', 'rejected', 'cancelled'].includes(status);

/** Opened by itself as long as something in it goes on or went wrong. */
export function isOpen(branch: Branch): boolean {
  const wanted: readonly StepStatus[] = ['failed', 'unknown', 'waiting_approval', 'running', 'undone'];
  return stepsBelow(branch).some(({ status }) => wanted.includes(status));
}
