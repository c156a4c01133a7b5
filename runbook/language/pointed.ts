import type { Range } from '../syntax/lines.ts';
import type { Entry, Node, ScalarNode } from '../syntax/tree.ts';
import type { Path } from './place.ts';

export interface Pointed {
  readonly path: Path;
  /** The map entry whose key or value is pointed at. */
  readonly entry?: Entry;
  readonly on: 'key' | 'value';
  readonly node: Node;
}

/** The innermost key or scalar at an offset. */
export function pointedAt(node: Node | undefined, offset: number, path: Path = [], entry?: Entry): Pointed | undefined {
  if (!node || !holds(node.range, offset)) return undefined;
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      const found = pointedAt(item, offset, [...path, index], entry);
      if (found) return found;
    }
  } else if (node.kind === 'map') {
    for (const one of node.entries) {
      if (one.merged) continue;
      const below = [...path, one.key.source];
      if (holds(one.key.range, offset)) return { path: below, entry: one, on: 'key', node: one.key };
      const found = pointedAt(one.value, offset, below, one);
      if (found) return found;
    }
  }
  return node.kind === 'scalar' ? { path, entry, on: 'value', node: node satisfies ScalarNode } : undefined;
}

export const holds = (range: Range, offset: number) => range.start <= offset && offset <= range.end;
