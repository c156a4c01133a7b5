import { type Document, isMap, isNode, isPair, isScalar, isSeq, type Pair, type ParsedNode, type YAMLError, type YAMLMap } from 'yaml';
import { Builder } from '../syntax/builder.ts';
import { compose, hasContent } from '../syntax/compose.ts';
import { guard } from '../syntax/guard.ts';
import { limits } from '../syntax/limits.ts';
import { messageOf } from '../syntax/messages.ts';
import type { SyntaxProblem } from '../syntax/problem.ts';
import type { Node } from '../syntax/tree.ts';
import type { Kept, Piece, Reading } from './piece.ts';

const odd: Reading = {
  follow: undefined,
  entries: [],
  problems: [],
  anchors: new Map(),
  asked: new Map(),
  repeated: 0,
  from: 0,
  to: 0,
  spills: false,
  swallows: false,
  odd: true,
};

/**
 * Reads one piece; whatever could mean something else in the whole makes it odd. `before`: anchors in front of the piece.
 * After a mistake the reader of YAML may have lost its way, which shows in how it reads what follows: then that is looked at too.
 */
export function readPiece(piece: Piece, next: Piece | undefined, before: (anchor: string) => Node | undefined): Reading {
  if (guard(piece.text)) return odd;
  try {
    const alone = compose(piece.text);
    if (alone.every(({ errors }) => errors.length === 0)) return read(piece, alone, undefined, before);
    if (!next) return { ...read(piece, alone, undefined, before), follow: '' };
    const both = compose(piece.text + next.text.slice(next.lead));
    const reading = isInStep(piece, next, both) ? read(piece, both, next, before) : odd;
    return { ...reading, follow: next.text, swallows: swallows(piece, alone) };
  } catch {
    // Too deep for the stack, or not YAML at all: reading the whole says so.
    return odd;
  }
}

function read(piece: Piece, documents: Document.Parsed[], next: Piece | undefined, before: (anchor: string) => Node | undefined): Reading {
  const { text, lead } = piece;
  const [document, second] = documents;
  const root = document?.contents;
  if (!document || !isPlainMap(root)) return odd;
  if (second && hasContent(second)) return odd;
  // What is wrong near the end may be said otherwise where more text follows.
  const around = next ? text + next.text.slice(next.lead) : text;
  const found: SyntaxProblem[] = [];
  for (const error of document.errors.slice(0, limits.problems)) {
    const { range, ...what } = messageOf(error, around);
    if (next && range.start >= text.length) return odd;
    found.push({ ...what, range: { start: range.start + piece.base, end: range.end + piece.base } });
  }
  const builder = new Builder(piece, found, before);
  const built = builder.root(root);
  if (built.kind !== 'map') return odd;
  const entries = built.entries.slice(lead > 0 && !piece.item ? 1 : 0);
  const problems: Kept<SyntaxProblem>[] = [];
  for (const { range, ...what } of found) {
    const from = range.start - piece.start;
    const to = range.end - piece.start;
    // What reaches over the edge depends on what is there.
    if (from < 0 || to > piece.length || what.code === 'tab-indentation' || what.code === 'alias-expansion') return odd;
    problems.push({ what: { ...what, range: { start: from, end: to } }, in: piece, from, to });
  }
  if (entries.some((entry) => entry.merged) || entries.length === 0) return odd;
  const [entry, other] = entries;
  if (piece.item && (other || entry?.value.kind !== 'list' || entry.value.flow || entry.value.items.length === 0)) return odd;
  return {
    follow: undefined,
    entries,
    problems,
    anchors: builder.anchors,
    asked: builder.asked,
    repeated: builder.repeated,
    from: built.range.start - piece.start,
    to: built.range.end - piece.start,
    spills: problems.some(({ to }) => to === piece.length),
    swallows: false,
    odd: false,
  };
}

/** Reads the next piece behind this one as it is read alone? Takes it away, so that only this one is left. */
function isInStep(piece: Piece, next: Piece, both: Document.Parsed[]): boolean {
  const [document, second] = both;
  const [alone] = compose(next.text);
  const root = document?.contents;
  const other = alone?.contents;
  if (!document || !alone || second || !isPlainMap(root) || !isPlainMap(other)) return false;
  const edge = piece.text.length;
  const shift = edge - next.lead;
  const behind: unknown[] = [];
  while (root.items.length > 0 && start(root.items.at(-1)) >= edge) behind.unshift(root.items.pop());
  let expected: readonly unknown[] = other.items.slice(next.lead > 0 && !next.item ? 1 : 0);
  if (next.item) {
    const list = root.items.at(-1)?.value;
    const items = other.items[0]?.value;
    if (behind.length > 0 || other.items.length !== 1 || !isSeq(list) || !isSeq(items) || list.flow || items.flow) return false;
    while (list.items.length > 0 && (list.items.at(-1)?.range[0] ?? 0) >= edge) behind.unshift(list.items.pop());
    const last = root.items.at(-1);
    if (list.items.length === 0 && last) last.value = null;
    expected = items.items;
  }
  const errors = document.errors.filter(({ pos }) => pos[0] >= edge);
  if (JSON.stringify(behind.map((one) => shape(one, 0))) !== JSON.stringify(expected.map((one) => shape(one, shift)))) return false;
  if (JSON.stringify(errors.map((one) => mistake(one, 0))) !== JSON.stringify(alone.errors.map((one) => mistake(one, shift)))) return false;
  document.errors = document.errors.filter((error) => !errors.includes(error));
  return behind.length > 0;
}

const swallows = ({ text }: Piece, documents: readonly Document.Parsed[]): boolean =>
  documents.some(({ errors }) => errors.some(({ message, pos }) => message.startsWith('Missing closing') && pos[1] >= text.length));

const mistake = ({ code, message, pos: [from, to] }: YAMLError, shift: number) => [code, message, from + shift, to + shift];

const start = (pair: Pair<ParsedNode, ParsedNode | null> | undefined) => pair?.key?.range?.[0] ?? pair?.value?.range[0] ?? 0;

function isPlainMap(node: unknown): node is YAMLMap.Parsed {
  return isMap(node) && node.flow !== true && node.anchor === undefined && node.tag === undefined;
}

function shape(node: unknown, shift: number): unknown {
  if (isPair(node)) return [shape(node.key, shift), shape(node.value, shift)];
  if (!isNode(node)) return null;
  const place = node.range?.map((offset) => offset + shift);
  if (isMap(node) || isSeq(node)) return [place, node.flow === true, node.anchor, node.tag, node.items.map((item) => shape(item, shift))];
  return [place, String(node), isScalar(node) ? [node.type, node.anchor, node.tag] : 0];
}
