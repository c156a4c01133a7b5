import type { PlannedAction } from '../plan/plan.ts';
import { stepIds } from '../plan/read.ts';

/** Places of actions that run side by side; one alone is a step of its own. */
export type Stage = readonly number[];

/** Actions that only look: two of them never get in each other's way. */
const reads =
  /^(?:data\/(?:csv_import|json_import|excel_import|analyze_\w+|quality|schema_validate|rules_check)|security\/(?:threat_intel_lookup|is_blocked|hunt_similar_attacks|attack_map)|file\/read|json\/select)$/;

/**
 * What can run at the same time: neighbours that only read and of which none refers to another. The order of the words is kept otherwise,
 * as it may matter to what is outside.
 */
export function stages(actions: readonly PlannedAction[]): Stage[] {
  const ids = stepIds(actions.map(({ uses }) => uses));
  const needs = actions.map(({ with: given }) => {
    const text = JSON.stringify(given);
    return ids.flatMap((id, index) => (text.includes(`steps.${id}.`) ? [index] : []));
  });
  const found: number[][] = [];
  for (const [index, { uses }] of actions.entries()) {
    const last = found.at(-1);
    const beside =
      last !== undefined &&
      reads.test(uses) &&
      last.every((other) => reads.test(actions[other]?.uses ?? '') && !needs[index]?.includes(other));
    if (beside) last.push(index);
    else found.push([index]);
  }
  return found;
}
