import type { Document } from '../../document.ts';
import { entryOf, type Node, valueIn } from '../../syntax/tree.ts';

/** Every value that the schema calls a duration. */
export function* durations({ root, steps }: Document): Generator<{ key: string; node: Node }> {
  const defaults = valueIn(root, 'defaults');
  yield* pick(defaults, 'timeout');
  yield* pick(valueIn(defaults, 'retry'), 'delay', 'max-delay');
  for (const { node } of steps) {
    yield* pick(node, 'timeout');
    yield* pick(valueIn(node, 'retry'), 'delay', 'max-delay');
    yield* pick(valueIn(node, 'approve'), 'timeout');
  }
}

function* pick(map: Node | undefined, ...keys: string[]): Generator<{ key: string; node: Node }> {
  for (const key of keys) {
    const entry = entryOf(map, key);
    if (entry) yield { key, node: entry.value };
  }
}
