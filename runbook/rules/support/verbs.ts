import { similar } from '../../similar.ts';
import { type StepFact, type VerbKey, verbs } from '../../steps.ts';

/** A mistyped verb has its own diagnostic. */
export const meansVerb = (key: string): boolean => similar(key, verbs).length > 0;

/** The verb, unless `approve` only looks like it because the real one is mistyped. */
export function verbOf({ node, verb }: StepFact): VerbKey | undefined {
  return verb === 'approve' && node.entries.some(({ key }) => meansVerb(key.source)) ? undefined : verb;
}
