import type { StepFact } from '../steps.ts';
import { entryOf, type ScalarNode, stringOf, textOf, valueIn } from '../syntax/tree.ts';
import { outwards } from './known.ts';

export interface Loop {
  /** As expressions see each item. */
  readonly name: string;
  /** Where the name is given; undefined for the usual one, `item`. */
  readonly node?: ScalarNode;
  readonly list: string;
  readonly step: StepFact;
}

/** The `for-each` loops whose body a step is in, from the inside out. */
export function loopsAround(step: StepFact | undefined): Loop[] {
  const loops: Loop[] = [];
  let inner: StepFact | undefined;
  for (const one of outwards(step)) {
    const loop = one.verb === 'for-each' && inner?.role === 'step' ? loopOf(one) : undefined;
    if (loop) loops.push(loop);
    inner = one;
  }
  return loops;
}

export function loopOf(step: StepFact): Loop {
  const node = valueIn(step.node, 'as');
  const name = stringOf(node);
  return {
    name: name ?? 'item',
    node: name !== undefined && node?.kind === 'scalar' && !entryOf(step.node, 'as')?.merged ? node : undefined,
    list: textOf(valueIn(step.node, 'for-each')) ?? '',
    step,
  };
}
