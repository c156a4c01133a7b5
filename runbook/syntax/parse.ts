import { Composer, type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, Parser, type Scalar } from 'yaml';
import { guard, tooDeep } from './guard.ts';
import { limits } from './limits.ts';
import type { Range } from './lines.ts';
import { messageOf } from './messages.ts';
import type { SyntaxProblem } from './problem.ts';
import type { Entry, Node, ScalarNode, ScalarStyle } from './tree.ts';

export interface Syntax {
  /** Undefined where there is nothing, or nothing that could be read at all. */
  readonly root: Node | undefined;
  readonly problems: readonly SyntaxProblem[];
}

/** Reads YAML 1.2 into a tree and a list of problems. Never throws; a broken half leaves the other half readable. */
export function parse(text: string): Syntax {
  const refused = guard(text);
  if (refused) return { root: undefined, problems: [refused] };
  const problems: SyntaxProblem[] = [];
  try {
    const [first, second] = compose(text);
    for (const error of [...(first?.errors ?? []), ...(second?.errors ?? [])].slice(0, limits.problems))
      problems.push(messageOf(error, text));
    if (second && hasContent(second)) {
      const message = 'A file holds one runbook: remove this `---` and what follows, or move it into a file of its own.';
      problems.push({ code: 'multiple-documents', range: startOf(text, second.range[0]), message });
    }
    const root = first?.contents ? new Builder(text, problems).root(first.contents) : undefined;
    if (problems.length === 0 && (!root || (root.kind === 'scalar' && root.value === null))) {
      problems.push({
        code: 'empty-file',
        range: { start: 0, end: 0 },
        message: 'The file holds no runbook yet. It begins with `runbook: v1`, `name:` and `steps:`.',
      });
      return { root: undefined, problems };
    }
    return { root, problems };
  } catch (error) {
    // The composer recurses: what the guard let through may still be too deep for the stack.
    if (!(error instanceof RangeError)) {
      const why = error instanceof Error ? error.message : String(error);
      return {
        root: undefined,
        problems: [...problems, { code: 'yaml-syntax', range: { start: 0, end: 1 }, message: `The text cannot be read as YAML: ${why}` }],
      };
    }
    return { root: undefined, problems: [{ code: 'nested-too-deeply', range: { start: 0, end: 1 }, message: tooDeep }] };
  }
}

/** The first two documents; gives up after so many errors that nobody would read on. */
function compose(text: string): Document.Parsed[] {
  // Keys are compared and aliases resolved by the builder below: the library does both in quadratic time.
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const documents: Document.Parsed[] = [];
  let errors = 0;
  for (const token of new Parser().parse(text)) {
    documents.push(...composer.next(token));
    if (token.type === 'error' && ++errors >= limits.problems) break;
    if (documents.length >= 2) return documents;
  }
  documents.push(...composer.end(true, text.length));
  return documents;
}

function hasContent(document: Document.Parsed): boolean {
  return document.errors.length > 0 || !(document.contents === null || (isScalar(document.contents) && document.contents.value === null));
}

function startOf(text: string, offset: number): Range {
  const dashes = text.lastIndexOf('---', offset);
  const start = dashes < 0 ? offset : dashes;
  return { start, end: Math.min(text.length, start + 3) };
}

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** Turns the library's nodes into ours; what repeats by aliases is shared, and its expanded size is counted, not built. */
class Builder {
  readonly #text: string;
  readonly #problems: SyntaxProblem[];
  readonly #anchors = new Map<string, Node | undefined>();
  readonly #weights = new Map<Node, number>();

  constructor(text: string, problems: SyntaxProblem[]) {
    this.#text = text;
    this.#problems = problems;
  }

  root(node: ParsedNode): Node {
    return this.#node(node, 0);
  }

  #node(node: ParsedNode | null, depth: number): Node {
    if (depth > limits.depth) throw new RangeError(tooDeep);
    if (node === null) return this.#nothing({ start: 0, end: 0 });
    const range = this.#range(node);
    if (isAlias(node)) return this.#alias(node.source, range);
    const anchor = node.anchor;
    // Known, but not complete: an alias inside would contain itself.
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const built = isMap(node)
      ? this.#map(node, range, depth)
      : isSeq(node)
        ? this.#list(node, range, depth)
        : this.#scalar(node as Scalar.Parsed);
    if (anchor !== undefined) this.#anchors.set(anchor, built);
    return built;
  }

  #alias(name: string, range: Range): Node {
    const target = this.#anchors.get(name);
    if (target) return target;
    const message = this.#anchors.has(name)
      ? `\`*${name}\` stands inside the very thing it repeats.`
      : `There is no anchor \`&${name}\` above this line for \`*${name}\` to repeat.`;
    this.#problems.push({ code: 'yaml-syntax', range, message });
    return this.#nothing(range);
  }

  #scalar(node: Scalar.Parsed): ScalarNode {
    const range = this.#range(node);
    const value = typeof node.value === 'bigint' ? Number(node.value) : node.value;
    const known = value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    const style = styles[node.type ?? 'PLAIN'] ?? 'plain';
    const source = style === 'plain' ? (typeof value === 'string' ? value : (node.source ?? '')) : String(value);
    return this.#weigh({ kind: 'scalar', range, value: known ? value : String(value), style, source }, 1);
  }

  #list(node: { items: unknown[]; flow?: boolean }, range: Range, depth: number): Node {
    const items = (node.items as ParsedNode[]).map((item) => this.#node(item, depth + 1));
    return this.#weigh({ kind: 'list', range, flow: node.flow === true, items }, this.#sum(items));
  }

  #map(node: { items: unknown[]; flow?: boolean }, range: Range, depth: number): Node {
    const own = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    for (const pair of node.items as { key: ParsedNode | null; value: ParsedNode | null }[]) {
      const key = this.#node(pair.key, depth + 1);
      const value = pair.value === null ? this.#nothing({ start: key.range.end, end: key.range.end }) : this.#node(pair.value, depth + 1);
      if (key.kind !== 'scalar' || key.value === null) {
        this.#problems.push({ code: 'yaml-syntax', range: key.range, message: 'A key must be a word, such as `name:`.' });
      } else if (key.source === '<<' && key.style === 'plain') {
        this.#merge(value, merged);
      } else if (own.has(key.source)) {
        this.#problems.push({
          code: 'duplicate-key',
          range: key.range,
          message: `\`${key.source}\` is here twice in the same map; keep one of them.`,
        });
      } else {
        own.set(key.source, { key, value, merged: false });
      }
    }
    const entries = [...own.values(), ...[...merged.values()].filter((entry) => !own.has(entry.key.source))];
    return this.#weigh({ kind: 'map', range, flow: node.flow === true, entries }, this.#sum(entries.map((entry) => entry.value)));
  }

  #merge(value: Node, into: Map<string, Entry>): void {
    for (const source of value.kind === 'list' ? value.items : [value]) {
      if (source.kind !== 'map') {
        this.#problems.push({
          code: 'yaml-syntax',
          range: source.range,
          message: '`<<` takes a map, or a list of maps, by alias: `<<: *name`.',
        });
        continue;
      }
      for (const entry of source.entries) if (!into.has(entry.key.source)) into.set(entry.key.source, { ...entry, merged: true });
    }
  }

  /** A collection ends with its last character that is not blank; a block of text keeps its line ends. */
  #range(node: ParsedNode): Range {
    const [start, valueEnd] = node.range;
    let end = Math.max(start, valueEnd);
    if (!isScalar(node)) while (end > start && /\s/.test(this.#text[end - 1] ?? '')) end--;
    return { start, end };
  }

  #sum(nodes: readonly Node[]): number {
    return nodes.reduce((sum, node) => sum + (this.#weights.get(node) ?? 1), 1);
  }

  #weigh<T extends Node>(node: T, weight: number): T {
    if (weight > limits.expandedNodes) {
      if (!this.#problems.some((problem) => problem.code === 'alias-expansion')) {
        this.#problems.push({
          code: 'alias-expansion',
          range: { start: node.range.start, end: Math.min(node.range.end, lineEnd(this.#text, node.range.start)) },
          message: `With its aliases written out this has more than ${limits.expandedNodes} values. Repeat less, or write what is meant without aliases.`,
        });
      }
      const emptied: Node = node.kind === 'map' ? { ...node, entries: [] } : node.kind === 'list' ? { ...node, items: [] } : node;
      this.#weights.set(emptied, 1);
      return emptied as T;
    }
    this.#weights.set(node, weight);
    return node;
  }

  #nothing(range: Range): ScalarNode {
    return { kind: 'scalar', range, value: null, style: 'plain', source: '' };
  }
}

function lineEnd(text: string, offset: number): number {
  for (let index = offset; index < text.length; index++) if (text[index] === '\n' || text[index] === '\r') return index;
  return text.length;
}
