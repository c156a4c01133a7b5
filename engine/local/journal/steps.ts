import type { Runbook, Step } from '../../../runbook/core/model.ts';
import { comingSteps, type Planned, planOf } from '../../../runbook/core/plan.ts';

/** The steps that show from the start, in the runbook's order; what is in loops, undos and the like shows once its turn has come. */
export const listed = (runbook: Runbook): readonly Planned[] => comingSteps(planOf(runbook));

export function verbName(step: Step): string {
  return step.verb.kind === 'uses' ? step.verb.action : step.verb.kind;
}
