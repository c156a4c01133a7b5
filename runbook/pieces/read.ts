import { type Document, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { Builder } from '../syntax/builder.ts';
import { compose, hasContent } from '../syntax/compose.ts';
import { guard } from '../syntax/guard.ts';
import { limits } from '../syntax/limits.ts';
import { messageOf } from '../syntax/messages.ts';
import type { SyntaxProblem } from '../syntax/problem.ts';
import type { Node } from '../syntax/tree.ts';
import type { Kept, Piece, Reading } from './piece.ts';

const odd: Reading = { follow: undefined, entries: [], problems: [], anchors: new Map(), asked: new Map(), repeated: 0, from: 0, to: 0, spills: false, odd: true };

/** What stands behind a piece: nothing, a further key, or an item whose dash is in this column. */
export type Follow = 'end' | 'key' | number;

/**
 * Reads one piece; whatever could mean something else in the whole makes it odd. `before`: anchors in front of the piece.
 * After a mistake the reader of YAML may have lost its way, which shows in what follows: then a line like the one behind is read too.
 */
export function readPiece(piece: Piece, follow: Follow, before: (anchor: string) => Node | undefined): Reading {
  if (guard(piece.text)) return odd;
  try {
    const plain = compose(piece.text);
    if (follow === 'end' || plain.every(({ errors }) => errors.length === 0)) return read(piece, undefined, plain, before);
    const source = piece.text + (typeof follow === 'number' ? `${' '.repeat(follow)}- 1\n` : 'k2: 1\n');
    return read(piece, follow, compose(source), before);
  } catch {
    // Too deep for the stack, or not YAML at all: reading the whole says so.
    return odd;
  }
}

function read(piece: Piece, follow: Follow | undefined, documents: Document.Parsed[], before: (anchor: string) => Node | undefined): Reading {
  const { text, lead } = piece;
  const [document, second] = documents;
  const root = document?.contents;
  if (!document || !root || !isMap(root) || root.flow || root.anchor !== undefined || root.tag !== undefined) return odd;
  if (second && hasContent(second)) return odd;
  if (follow !== undefined && !dropSentinel(root, follow, text.length)) return odd;
  // What is wrong at the very end is said otherwise where more text follows.
  if (follow !== undefined && document.errors.some(({ pos: [from, to] }) => from >= text.length || to > text.length)) return odd;
  const found: SyntaxProblem[] = document.errors.slice(0, limits.problems).map((error) => messageOf(error, text));
  for (const [index, { range, ...rest }] of found.entries())
    found[index] = { ...rest, range: { start: range.start + piece.base, end: range.end + piece.base } };
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
    follow,
    entries,
    problems,
    anchors: builder.anchors,
    asked: builder.asked,
    repeated: builder.repeated,
    from: built.range.start - piece.start,
    to: built.range.end - piece.start,
    spills: problems.some(({ to }) => to === piece.length),
    odd: false,
  };
}

/** @returns false if the line behind the piece was not read as what it is. */
function dropSentinel(root: YAMLMap.Parsed, follow: Follow, at: number): boolean {
  const last = root.items.at(-1);
  if (follow === 'key') {
    if (!last || !isScalar(last.key) || last.key.range[0] !== at || last.key.value !== 'k2' || !isScalar(last.value) || last.value.value !== 1) return false;
    root.items.pop();
    return true;
  }
  const list = last?.value;
  // A list that only begins behind the piece is not its own.
  if (!isSeq(list) || list.flow) return false;
  const item = list.items.at(-1);
  if (!isScalar(item) || item.value !== 1 || item.range?.[1] === undefined || item.range[0] < at) return false;
  list.items.pop();
  if (list.items.length === 0 && last) last.value = null;
  return true;
}
