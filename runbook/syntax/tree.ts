import type { Json } from '../core/json.ts';
import type { Range } from './lines.ts';

/** YAML as the language sees it: anchors, aliases and merge keys are resolved, every node knows where it is written. */
export type Node = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: 'map';
  readonly range: Range;
  readonly flow: boolean;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly key: ScalarNode;
  readonly value: Node;
  /** Came in by `<<`: overridden by the map's own keys. */
  readonly merged: boolean;
}

export interface ListNode {
  readonly kind: 'list';
  readonly range: Range;
  readonly flow: boolean;
  readonly items: readonly Node[];
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly range: Range;
  readonly value: string | number | boolean | null;
  readonly style: ScalarStyle;
  /** As written, for plain scalars: `1.10` stays `1.10`. */
  readonly source: string;
}

/** A stretch of a file. What is written in it keeps its offsets there when text in front of it comes or goes. */
export interface Source {
  readonly text: string;
  /** Added to an offset in `text` it gives the offset in the file. */
  readonly base: number;
}

abstract class Written {
  readonly at: Source;
  /** In the source. */
  readonly from: number;
  readonly to: number;

  constructor(at: Source, { start, end }: Range) {
    this.at = at;
    this.from = start;
    this.to = end;
  }

  get range(): Range {
    const { base } = this.at;
    return { start: base + this.from, end: base + this.to };
  }
}

export class WrittenMap extends Written implements MapNode {
  readonly kind = 'map';
  readonly flow: boolean;
  readonly entries: readonly Entry[];

  constructor(at: Source, range: Range, flow: boolean, entries: readonly Entry[]) {
    super(at, range);
    this.flow = flow;
    this.entries = entries;
  }
}

export class WrittenList extends Written implements ListNode {
  readonly kind = 'list';
  readonly flow: boolean;
  readonly items: readonly Node[];

  constructor(at: Source, range: Range, flow: boolean, items: readonly Node[]) {
    super(at, range);
    this.flow = flow;
    this.items = items;
  }
}

export class WrittenScalar extends Written implements ScalarNode {
  readonly kind = 'scalar';
  readonly value: ScalarNode['value'];
  readonly style: ScalarStyle;
  readonly source: string;

  constructor(at: Source, range: Range, value: ScalarNode['value'], style: ScalarStyle, source: string) {
    super(at, range);
    this.value = value;
    this.style = style;
    this.source = source;
  }
}

const indexes = new WeakMap<MapNode, ReadonlyMap<string, Entry>>();

export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  if (node?.kind !== 'map') return undefined;
  if (node.entries.length < 32) return node.entries.find((entry) => entry.key.source === key);
  // Looking through a long map for each of its keys would take quadratic time.
  let index = indexes.get(node);
  if (!index) {
    index = new Map(node.entries.map((entry) => [entry.key.source, entry]));
    indexes.set(node, index);
  }
  return index.get(key);
}

export function valueIn(node: Node | undefined, key: string): Node | undefined {
  return entryOf(node, key)?.value;
}

/** The scalar's value as text, numbers and booleans as written; undefined for collections and null. */
export function textOf(node: Node | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : node.source;
}

/** A string scalar, else undefined: a number is not text here. */
export function stringOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : [];
}

export function entriesOf(node: Node | undefined): readonly Entry[] {
  return node?.kind === 'map' ? node.entries : [];
}

export function toJson(node: Node): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toJson);
    case 'map':
      // fromEntries defines its keys, so `__proto__` is a key like any other.
      return Object.fromEntries(node.entries.map((entry) => [entry.key.source, toJson(entry.value)]));
  }
}

/** From the key to the end of its value; the key alone where an alias holds the value elsewhere. */
export function entryRange({ key, value }: Pick<Entry, 'key' | 'value'>): Range {
  return { start: key.range.start, end: Math.max(key.range.end, value.range.start >= key.range.start ? value.range.end : key.range.end) };
}

/** The node at a JSON pointer as validators write it (`/steps/0/run`). */
export function nodeAt(root: Node | undefined, pointer: string): Node | undefined {
  let node = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    node = node?.kind === 'list' ? node.items[Number(key)] : valueIn(node, key);
  }
  return node;
}
