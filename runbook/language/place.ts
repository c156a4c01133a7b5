import { Lines } from '../syntax/lines.ts';
import { parse } from '../syntax/parse.ts';
import type { Entry, MapNode, Node, ScalarNode } from '../syntax/tree.ts';
import { slice } from './slice.ts';

export type Path = readonly (string | number)[];

/** Where in the structure a new key or value at the cursor would be. Indexes count within `root`, which may lack what stands beside. */
export interface Place {
  /** Of the map that the key belongs to, or of the value itself. */
  readonly path: Path;
  readonly kind: 'key' | 'value';
  /** The map around the cursor, without the cursor's own entry. */
  readonly map?: MapNode;
  readonly flow: boolean;
  /** Of a value: the column that its key begins at. */
  readonly column: number;
  /** The tree that the path leads through. */
  readonly root: Node;
}

const mark = 'cursor-is-here';

/**
 * Asks the parser itself: the word at the cursor is replaced by a marker, and where the marker turns up in the tree is the place.
 * Works in block and flow style, in half-written files, and on empty lines, where the indentation decides.
 */
export function placeAt(text: string, lines: Lines, start: number, end: number): Place[] {
  const around = slice(text, lines, start);
  const line = lines.range(lines.position(start).line).start;
  return placesIn(around.text, around.line + start - line, around.line + end - line);
}

/** The same, in a text that is read as a whole. */
export function placesIn(text: string, start: number, end: number): Place[] {
  const isKey = /^\s*:(?:\s|$)/.test(rest(text, end));
  const attempts: { readonly kind: Place['kind']; readonly insert: string }[] = isKey
    ? [{ kind: 'key', insert: mark }]
    : [
        { kind: 'key', insert: `${mark}: 0` },
        { kind: 'value', insert: mark },
      ];
  const places: Place[] = [];
  for (const { kind, insert } of attempts) {
    const marked = text.slice(0, start) + insert + text.slice(end);
    const { root } = parse(marked);
    const found = root && find(root, kind, []);
    if (!root || !found) continue;
    const { key, ...place } = found;
    places.push({ ...place, root, column: key ? new Lines(marked).position(key.range.start).column : 0 });
  }
  return places;
}

type Found = Omit<Place, 'column' | 'root'> & { readonly key?: ScalarNode };

function find(node: Node, kind: Place['kind'], path: Path, map?: MapNode, key?: ScalarNode): Found | undefined {
  if (node.kind === 'scalar')
    return kind === 'value' && node.value === mark ? { path, kind, map, flow: map?.flow === true, key } : undefined;
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      const found = find(item, kind, [...path, index], map, key);
      if (found) return found;
    }
    return undefined;
  }
  for (const entry of node.entries) {
    if (entry.key.source === mark) return kind === 'key' ? { path, kind, map: without(node, entry), flow: node.flow } : undefined;
    const found = find(entry.value, kind, [...path, entry.key.source], node, entry.key);
    if (found) return found;
  }
  return undefined;
}

const without = (node: MapNode, entry: Entry): MapNode => ({ ...node, entries: node.entries.filter((one) => one !== entry) });

function rest(text: string, from: number): string {
  const end = text.slice(from, from + 400).search(/[\r\n]/);
  return text.slice(from, end < 0 ? from + 400 : from + end);
}
