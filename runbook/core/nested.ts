import type { Runbook, Step, Verb } from './model.ts';

/** The lists of steps inside a step's verb, by branch where there is more than one. */
export function bodiesOf(verb: Verb): readonly (readonly Step[])[] {
  switch (verb.kind) {
    case 'parallel':
    case 'for-each':
    case 'repeat':
      return [verb.steps];
    case 'switch':
      return verb.branches.map(({ steps }) => steps);
    default:
      return [];
  }
}

/** A step and all that is inside it, in the order of the text: its body, then what stands in for it. An undo is told with its step. */
export function* withInside(step: Step): Generator<Step> {
  yield step;
  for (const body of bodiesOf(step.verb)) for (const inner of body) yield* withInside(inner);
  for (const inner of step.fallback ?? []) yield* withInside(inner);
}

export type TopList = 'steps' | 'verify' | 'on-failure' | 'on-cancel' | 'finally';

/** The lists at the top of a runbook, in the order of a run. */
export function listsOf(runbook: Runbook): readonly (readonly [TopList, readonly Step[]])[] {
  return [
    ['steps', runbook.steps],
    ['verify', runbook.verify],
    ['on-failure', typeof runbook.onFailure === 'string' ? [] : runbook.onFailure],
    ['on-cancel', runbook.onCancel],
    ['finally', runbook.finally],
  ];
}

/** A step's path in the runbook for that of one of its instances: `each[3]/probe` is one of `each[]/probe`. */
export const patternOf = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]');
