import type { Runbook, Step } from '../../../runbook/core/model.ts';

/** A step of a runbook where projections need it: by path, with the step it undoes. */
export interface Place {
  readonly step: Step;
  readonly place: number;
  readonly undoes?: string;
}

/** Every step by path; undo steps come after all others, since they show only when they start. */
export function places(runbook: Runbook): Map<string, Place> {
  const all = listed(runbook);
  const map = new Map<string, Place>();
  for (const step of all) map.set(step.path, { step, place: map.size });
  for (const { path, undo } of all) if (undo) map.set(undo.path, { step: undo, place: map.size, undoes: path });
  return map;
}

/** The steps a run may take in the runbook's order, without undo steps. */
export function listed(runbook: Runbook): Step[] {
  return [...runbook.steps, ...runbook.verify, ...(typeof runbook.onFailure === 'string' ? [] : runbook.onFailure), ...runbook.finally];
}

export function verbName(step: Step): string {
  return step.verb.kind === 'uses' ? step.verb.action : step.verb.kind;
}
