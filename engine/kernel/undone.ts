import type { Step } from '../../runbook/core/model.ts';
import type { Planned } from '../../runbook/core/plan.ts';

/** Of a step in an undo that an action's manifest gives: the step that it takes back, and the undo with what is around the step in it. */
export function undoneBy({ step, above }: Planned): { readonly undone?: Step; readonly inside?: readonly Step[] } {
  const chain = [...above, step];
  const at = chain.findIndex(({ byAction }) => byAction === true);
  const undone = chain[at - 1];
  return undone === undefined ? {} : { undone, inside: chain.slice(at) };
}
