import type { Facts } from '../../rule.ts';
import type { StepFact } from '../../steps.ts';
import type { Called } from '../../surroundings.ts';
import { type Node, stringOf, valueIn } from '../../syntax/tree.ts';

export interface CallFact {
  readonly step: StepFact;
  /** The path as written. */
  readonly at: Node;
  readonly path: string;
  readonly called: Called | 'missing';
}

/** The runbooks that steps call, where something is known of them. */
export function* calls({ steps, around }: Pick<Facts, 'steps' | 'around'>): Generator<CallFact> {
  for (const step of steps) {
    const at = valueIn(step.node, 'call');
    const path = stringOf(at);
    const called = path === undefined ? undefined : around.called(path);
    if (at && path !== undefined && called !== undefined) yield { step, at, path, called };
  }
}
