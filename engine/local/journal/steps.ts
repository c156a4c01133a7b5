import type { Runbook, Step } from '../../../runbook/core/model.ts';
import { planOf } from '../../../runbook/core/plan.ts';

/** The paths that show from the start, in the runbook's order; undo and on-failure steps show once their turn has come. */
export function listed(runbook: Runbook): string[] {
  const { lists } = planOf(runbook);
  return [...lists.steps, ...lists.verify, ...lists.finally];
}

export function verbName(step: Step): string {
  return step.verb.kind === 'uses' ? step.verb.action : step.verb.kind;
}
