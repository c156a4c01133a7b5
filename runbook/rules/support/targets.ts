import type { Facts } from '../../rule.ts';
import type { StepFact } from '../../steps.ts';
import { stringOf, valueIn } from '../../syntax/tree.ts';

/** Of the runbook, else of the workspace; the `type` is undefined where it is not written. */
export function targetNamed(name: string, { whole, around }: Pick<Facts, 'whole' | 'around'>): { readonly type?: string } | undefined {
  const own = whole.target(name);
  if (own) return { type: stringOf(valueIn(own.node, 'type')) };
  const lower = name.toLowerCase();
  return around.targets.find((target) => target.name.toLowerCase() === lower) ?? (lower === 'local' ? { type: 'local' } : undefined);
}

/** The name that a step, or one around it, or the one that it undoes or stands in for, gives. */
export function targetOf(step: StepFact): string | undefined {
  for (let one: StepFact | undefined = step; one; one = one.parent) {
    const name = stringOf(valueIn(one.node, 'target'));
    if (name !== undefined) return name;
  }
  return undefined;
}
