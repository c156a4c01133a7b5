import type { Facts } from '../../rule.ts';
import type { StepFact } from '../../steps.ts';
import { stringOf, valueIn } from '../../syntax/tree.ts';

/** Of the runbook, else of the workspace, by its exact name; the `type` is undefined where it is not written. */
export function targetNamed(name: string, { whole, around }: Pick<Facts, 'whole' | 'around'>): { readonly type?: string } | undefined {
  const own = whole.target(name);
  if (own?.name === name) return { type: stringOf(valueIn(own.node, 'type')) };
  return around.targets.find((target) => target.name === name) ?? (name === 'local' ? { type: 'local' } : undefined);
}

/** The name that a step, or one around it, or the one that it undoes or stands in for, gives. */
export function targetOf(step: StepFact): string | undefined {
  for (let one: StepFact | undefined = step; one; one = one.parent) {
    const name = stringOf(valueIn(one.node, 'target'));
    if (name !== undefined) return name;
  }
  return undefined;
}
