import type { Step, Verb } from '../../runbook/core/model.ts';

/** The steps that a container holds, over all its branches. */
export function stepsIn(verb: Verb): readonly Step[] {
  switch (verb.kind) {
    case 'parallel':
    case 'for-each':
    case 'repeat':
      return verb.steps;
    case 'switch':
      return verb.branches.flatMap(({ steps }) => steps);
    default:
      return [];
  }
}
