import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml';
import { tooDeep } from './guard.ts';
import { limits } from './limits.ts';
import type { Range } from './lines.ts';
import type { SyntaxProblem } from './problem.ts';
import { type Entry, type Node, type ScalarNode, type ScalarStyle, type Source, WrittenList, WrittenMap, WrittenScalar } from './tree.ts';

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** How many nodes one stands for with its aliases written out; each is counted once. */
const sizes = new WeakMap<Node, number>();

/**
 * Turns the library's nodes into ours. What repeats by aliases is shared; its size is counted, never built.
 * Nodes know their place in `source`, problems theirs in the file as it is now.
 */
export class Builder {
  readonly #source: Source;
  readonly #text: string;
  readonly #problems: SyntaxProblem[];
  /** Undefined while the node is being built. */
  readonly anchors = new Map<string, Node | undefined>();
  /** Names that only what stands in front of the source can explain. */
  readonly asked = new Map<string, Node | undefined>();
  readonly #before: (anchor: string) => Node | undefined;
  /** Nodes that aliases add to those that are written. */
  repeated = 0;

  constructor(source: Source, problems: SyntaxProblem[], before: (anchor: string) => Node | undefined = () => undefined) {
    this.#source = source;
    this.#text = source.text;
    this.#problems = problems;
    this.#before = before;
  }

  root(node: ParsedNode): Node {
    return this.#node(node, 0);
  }

  /** `start`: where a node that is not written would stand. */
  #node(node: ParsedNode | null, depth: number, start = 0): Node {
    if (depth > limits.depth) throw new RangeError(tooDeep);
    if (node === null) return this.#nothing({ start, end: start });
    const range = this.#range(node);
    if (isAlias(node)) return this.#alias(node.source, range);
    const anchor = node.anchor;
    // Known, but not complete: an alias inside would contain itself.
    if (anchor !== undefined) this.anchors.set(anchor, undefined);
    const built = isMap(node)
      ? this.#map(node, range, depth)
      : isSeq(node)
        ? this.#list(node, range, depth)
        : this.#scalar(node as Scalar.Parsed, range);
    if (anchor !== undefined) this.anchors.set(anchor, built);
    return built;
  }

  #alias(name: string, range: Range): Node {
    const open = this.anchors.has(name);
    const target = open ? this.anchors.get(name) : this.#before(name);
    if (!open) this.asked.set(name, target);
    if (target) {
      this.repeated += sizeOf(target);
      return target;
    }
    const message = open
      ? `\`*${name}\` stands inside the very thing it repeats.`
      : `There is no anchor \`&${name}\` above this line for \`*${name}\` to repeat.`;
    this.#report('yaml-syntax', this.#placed(range), message);
    return this.#nothing(range);
  }

  #scalar(node: Scalar.Parsed, range: Range): ScalarNode {
    const value = typeof node.value === 'bigint' ? Number(node.value) : node.value;
    const known = value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    const style = styles[node.type ?? 'PLAIN'] ?? 'plain';
    const source = style === 'plain' ? (typeof value === 'string' ? value : (node.source ?? '')) : String(value);
    return new WrittenScalar(this.#source, range, known ? value : String(value), style, source);
  }

  #list(node: { items: unknown[]; flow?: boolean }, range: Range, depth: number): Node {
    const before = this.repeated;
    const items = (node.items as ParsedNode[]).map((item) => this.#node(item, depth + 1, range.start));
    const flow = node.flow === true;
    return new WrittenList(this.#source, range, flow, this.#isTooMuch(range, before) ? [] : items);
  }

  #map(node: { items: unknown[]; flow?: boolean }, range: Range, depth: number): Node {
    const before = this.repeated;
    const own = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    for (const pair of node.items as { key: ParsedNode | null; value: ParsedNode | null }[]) {
      const key = this.#node(pair.key, depth + 1, pair.value?.range[0] ?? range.start);
      const merges = key.kind === 'scalar' && key.source === '<<' && key.style === 'plain';
      const repeated = this.repeated;
      const value = pair.value === null ? this.#nothing(this.#unplaced(key)) : this.#node(pair.value, depth + 1);
      if (key.kind !== 'scalar' || key.value === null) {
        this.#report('yaml-syntax', key.range, 'A key must be a word, such as `name:`.');
      } else if (merges) {
        // What is merged counts by the keys that arrive.
        this.repeated = repeated;
        this.#merge(value, merged);
      } else if (own.has(key.source)) {
        this.#report('duplicate-key', key.range, `\`${key.source}\` is here twice in the same map; keep one of them.`);
      } else {
        own.set(key.source, { key, value, merged: false });
      }
    }
    const added = [...merged.values()].filter((entry) => !own.has(entry.key.source));
    for (const { value } of added) this.repeated += sizeOf(value);
    const entries = this.#isTooMuch(range, before) ? [] : [...own.values(), ...added];
    return new WrittenMap(this.#source, range, node.flow === true, entries);
  }

  #merge(value: Node, into: Map<string, Entry>): void {
    for (const source of value.kind === 'list' ? value.items : [value]) {
      if (source.kind !== 'map') {
        this.#report('yaml-syntax', source.range, '`<<` takes a map, or a list of maps, by alias: `<<: *name`.');
        continue;
      }
      for (const entry of source.entries) if (!into.has(entry.key.source)) into.set(entry.key.source, { ...entry, merged: true });
    }
  }

  /** A collection ends with its last character that is not blank; a block of text keeps its line ends. */
  #range(node: ParsedNode): Range {
    const [start, valueEnd] = node.range;
    let end = Math.min(Math.max(start, valueEnd), this.#text.length);
    if (isScalar(node)) return { start, end };
    if (isMap(node) || isSeq(node)) end = Math.min(end, this.#endOf(node, end));
    while (end > start && isBlank(this.#text.charCodeAt(end - 1))) end--;
    return { start, end };
  }

  /** Comments behind what is empty at the end of a collection are not part of it. */
  #endOf(node: ParsedNode, end: number): number {
    if (!(isMap(node) || isSeq(node)) || node.flow) return end;
    const { items } = node;
    const last = items.at(-1);
    const value = isMap(node) ? node.items.at(-1)?.value : (last as ParsedNode | undefined);
    if (isMap(value) || isSeq(value)) return this.#endOf(value, end);
    if (last === undefined || (value && !(isScalar(value) && value.value === null && !value.source))) return end;
    const before = isMap(node) ? node.items.at(-1)?.key?.range[1] : (node.items.at(-2) as ParsedNode | undefined)?.range[1];
    const from = before ?? node.range[0];
    const comment = this.#text.slice(from, end).search(/[ \t\r\n]#/);
    return comment < 0 ? end : from + comment;
  }

  #placed({ start, end }: Range): Range {
    const { base } = this.#source;
    return { start: base + start, end: base + end };
  }

  /** Right behind a key, in the source. */
  #unplaced(key: Node): Range {
    const end = key.range.end - this.#source.base;
    return { start: end, end };
  }

  #report(code: SyntaxProblem['code'], range: Range, message: string): void {
    this.#problems.push({ code, range, message });
  }

  #isTooMuch(range: Range, before: number): boolean {
    if (this.repeated - before <= limits.expandedNodes) return false;
    this.repeated = before;
    if (!this.#problems.some((problem) => problem.code === 'alias-expansion')) {
      this.#report(
        'alias-expansion',
        this.#placed({ start: range.start, end: Math.min(range.end, lineEnd(this.#text, range.start)) }),
        tooMuch,
      );
    }
    return true;
  }

  #nothing(range: Range): ScalarNode {
    return new WrittenScalar(this.#source, range, null, 'plain', '');
  }
}

const tooMuch = `With its aliases written out this has more than ${limits.expandedNodes} values. Repeat less, or write what is meant without aliases.`;

function sizeOf(node: Node): number {
  if (node.kind === 'scalar') return 1;
  const known = sizes.get(node);
  if (known !== undefined) return known;
  let size = 1;
  if (node.kind === 'list') for (const item of node.items) size += sizeOf(item);
  else for (const { value } of node.entries) size += sizeOf(value);
  sizes.set(node, size);
  return size;
}

const isBlank = (code: number) =>
  code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff || code === 0x2028 || code === 0x2029;

function lineEnd(text: string, offset: number): number {
  for (let index = offset; index < text.length; index++) if (text[index] === '\n' || text[index] === '\r') return index;
  return text.length;
}
