import type { Range } from '../syntax/lines.ts';
import { itemsOf, type ListNode, type Node } from '../syntax/tree.ts';
import { once } from '../whole.ts';
import type { Piece } from './piece.ts';

/** The items that an item piece holds. */
export const listOf = (piece: Piece): readonly Node[] => itemsOf(piece.reading?.entries[0]?.value);

/** A list whose items stand in several pieces. */
export class PiecesList implements ListNode {
  readonly kind = 'list';
  readonly flow = false;
  readonly #pieces: readonly Piece[];
  readonly #items: () => readonly Node[];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    this.#items = once(() => pieces.flatMap(listOf));
  }

  get items(): readonly Node[] {
    return this.#items();
  }

  get range(): Range {
    const ends = (piece: Piece | undefined) => piece?.reading?.entries[0]?.value.range;
    return { start: ends(this.#pieces[0])?.start ?? 0, end: ends(this.#pieces.at(-1))?.end ?? 0 };
  }
}
