import { parse } from '../syntax/parse.ts';
import type { Entry, MapNode, Node } from '../syntax/tree.ts';

export type Path = readonly (string | number)[];

/** Where in the structure a new key or value at the cursor would be. */
export interface Place {
  /** Of the map that the key belongs to, or of the value itself. */
  readonly path: Path;
  readonly kind: 'key' | 'value';
  /** The map around the cursor, without the cursor's own entry. */
  readonly map?: MapNode;
  readonly flow: boolean;
}

const mark = 'cursor-is-here';

/**
 * Asks the parser itself: the word at the cursor is replaced by a marker, and where the marker turns up in the tree is the place.
 * Works in block and flow style, in half-written files, and on empty lines, where the indentation decides.
 */
export function placeAt(text: string, start: number, end: number): Place[] {
  const lineEnd = endOfLine(text, end);
  const rest = text.slice(end, lineEnd);
  const isKey = /^\s*:(\s|$)/.test(rest);
  const attempts: { readonly kind: Place['kind']; readonly insert: string }[] = isKey
    ? [{ kind: 'key', insert: mark }]
    : [
        { kind: 'key', insert: `${mark}: 0` },
        { kind: 'value', insert: mark },
      ];
  const places: Place[] = [];
  for (const { kind, insert } of attempts) {
    const { root } = parse(text.slice(0, start) + insert + text.slice(end));
    const place = root && find(root, kind, []);
    if (place) places.push(place);
  }
  return places;
}

function find(node: Node, kind: Place['kind'], path: Path, map?: MapNode): Place | undefined {
  if (node.kind === 'scalar') return kind === 'value' && node.value === mark ? { path, kind, map, flow: map?.flow === true } : undefined;
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      const found = find(item, kind, [...path, index], map);
      if (found) return found;
    }
    return undefined;
  }
  for (const entry of node.entries) {
    if (entry.key.source === mark) return kind === 'key' ? { path, kind, map: without(node, entry), flow: node.flow } : undefined;
    const found = find(entry.value, kind, [...path, entry.key.source], node);
    if (found) return found;
  }
  return undefined;
}

const without = (node: MapNode, entry: Entry): MapNode => ({ ...node, entries: node.entries.filter((one) => one !== entry) });

function endOfLine(text: string, from: number): number {
  const end = text.slice(from).search(/[\r\n]/);
  return end < 0 ? text.length : from + end;
}
