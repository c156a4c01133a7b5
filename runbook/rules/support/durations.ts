import type { Document } from '../../document.ts';
import { entryOf, itemsOf, type Node, valueIn } from '../../syntax/tree.ts';

export interface DurationFact {
  readonly key: string;
  readonly node: Node;
}

/** Every value that the schema calls a duration. */
export function* durations({ root, steps }: Document): Generator<DurationFact> {
  const defaults = valueIn(root, 'defaults');
  yield* pick(defaults, 'timeout');
  yield* pick(valueIn(defaults, 'retry'), 'delay', 'max-delay');
  for (const trigger of itemsOf(valueIn(root, 'triggers'))) yield* pick(valueIn(trigger, 'alert'), 'window');
  for (const { node } of steps) {
    const approve = valueIn(node, 'approve');
    const wait = entryOf(node, 'wait')?.value;
    yield* pick(node, 'timeout');
    yield* pick(valueIn(node, 'retry'), 'delay', 'max-delay');
    yield* pick(approve, 'timeout');
    yield* pick(valueIn(approve, 'escalate'), 'after');
    yield* pick(valueIn(node, 'repeat'), 'delay');
    yield* pick(valueIn(node, 'cache'), 'ttl');
    yield* pick(wait, 'timeout', 'every');
    if (wait?.kind === 'scalar' && wait.value !== null) yield { key: 'wait', node: wait };
  }
}

function* pick(map: Node | undefined, ...keys: string[]): Generator<DurationFact> {
  for (const key of keys) {
    const entry = entryOf(map, key);
    if (entry) yield { key, node: entry.value };
  }
}
