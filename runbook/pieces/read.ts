import { Builder } from '../syntax/builder.ts';
import { compose, hasContent } from '../syntax/compose.ts';
import { guard } from '../syntax/guard.ts';
import { limits } from '../syntax/limits.ts';
import { messageOf } from '../syntax/messages.ts';
import type { SyntaxProblem } from '../syntax/problem.ts';
import type { Node } from '../syntax/tree.ts';
import type { Kept, Piece, Reading } from './piece.ts';

const odd: Reading = { entries: [], problems: [], anchors: new Map(), asked: new Map(), repeated: 0, from: 0, to: 0, odd: true };

/** Reads one piece; whatever could mean something else in the whole makes it odd. `before`: anchors in front of the piece. */
export function readPiece(piece: Piece, before: (anchor: string) => Node | undefined): Reading {
  const { text, lead } = piece;
  if (guard(text)) return odd;
  try {
    const [document, second] = compose(text);
    const root = document?.contents;
    if (!document || !root || (second && hasContent(second))) return odd;
    const found: SyntaxProblem[] = document.errors.slice(0, limits.problems).map((error) => messageOf(error, text));
    for (const [index, { range, ...rest }] of found.entries())
      found[index] = { ...rest, range: { start: range.start + piece.base, end: range.end + piece.base } };
    const builder = new Builder(piece, found, before);
    const built = builder.root(root);
    if (built.kind !== 'map' || built.flow || root.anchor !== undefined || root.tag !== undefined) return odd;
    const entries = built.entries.slice(lead > 0 && !piece.item ? 1 : 0);
    const problems: Kept<SyntaxProblem>[] = [];
    for (const { range, ...what } of found) {
      const from = range.start - piece.start;
      const to = range.end - piece.start;
      // What reaches over the edge depends on what is there.
      if (from < 0 || to > piece.length || what.code === 'tab-indentation') return odd;
      problems.push({ what: { ...what, range: { start: from, end: to } }, in: piece, from, to });
    }
    if (entries.some((entry) => entry.merged) || entries.length === 0) return odd;
    const [entry, other] = entries;
    if (piece.item && (other || entry?.value.kind !== 'list' || entry.value.flow || entry.value.items.length === 0)) return odd;
    return {
      entries,
      problems,
      anchors: builder.anchors,
      asked: builder.asked,
      repeated: builder.repeated,
      from: built.range.start - piece.start,
      to: built.range.end - piece.start,
      odd: false,
    };
  } catch {
    // Too deep for the stack, or not YAML at all: reading the whole says so.
    return odd;
  }
}
