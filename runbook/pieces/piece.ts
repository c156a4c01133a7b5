import type { SyntaxProblem } from '../syntax/problem.ts';
import type { Entry, Node, Source } from '../syntax/tree.ts';
import type { Checked } from './check.ts';
import type { Cut, State } from './cut.ts';
import type { PieceFacts } from './facts.ts';

/** In front of a piece, so that it is read as what it is in the whole: a further key, or the items of a list. */
const leads = { first: '', keys: 'k: 1\n', items: 'k:\n' } as const;

/** What reading a piece by itself gave. */
export interface Reading {
  /** The text of the next piece, empty where there is none, if the reading depends on it. */
  readonly follow: string | undefined;
  /** Of an item piece one, which holds the list. */
  readonly entries: readonly Entry[];
  /** Their ranges in the piece, see Kept. */
  readonly problems: readonly Kept<SyntaxProblem>[];
  readonly anchors: ReadonlyMap<string, Node | undefined>;
  /** Anchors in front of the piece that its aliases need, and what was found there. */
  readonly asked: ReadonlyMap<string, Node | undefined>;
  readonly repeated: number;
  /** Of the root, from the piece's start. */
  readonly from: number;
  readonly to: number;
  /** A problem ends where the next piece begins, so its first line is part of what is broken. */
  readonly spills: boolean;
  /** A quote that is opened here has no other behind it in the piece: if there is none in the rest either, all of that is its text. */
  readonly swallows: boolean;
  /** It does not read as in the whole, so the text has to be read in one piece. */
  readonly odd: boolean;
}

/** Something found in the text that stays with the piece when it moves. `from` and `to` count from the piece's start. */
export interface Kept<T> {
  readonly what: T;
  readonly in: Piece;
  readonly from: number;
  readonly to: number;
}

/** A stretch of lines that is read, and checked, by itself. `start` and `index` change; what hangs on the piece does not. */
export class Piece implements Source {
  /** Made when first read; until then the text that the piece was cut from. */
  #text: string | undefined;
  #from: { readonly text: string; readonly start: number } | undefined;
  readonly length: number;
  readonly item: boolean;
  readonly first: boolean;
  readonly state: State;
  readonly #lead: number;
  index = 0;
  start = 0;
  /** How many items of its list stand in front of it. */
  before = 0;
  /** Items of the last key's list follow in pieces of their own. */
  open = false;
  reading: Reading | undefined;
  facts: PieceFacts | undefined;
  checked: Checked | undefined;
  /** Its index when answers were last compared. */
  settled = -1;
  /** When it was checked, the piece in front spilled. */
  spilled = false;
  /** The last generation of answers that `checked` was compared with. */
  validAt = -1;

  constructor(text: string, { start, item, state }: Cut, end: number) {
    this.item = item;
    this.first = start === 0;
    this.state = state;
    this.#lead = this.#leadText.length;
    this.length = end - start;
    this.#from = { text, start };
    this.start = start;
  }

  /** What is read: the piece's own text behind a line that makes it what it is in the whole. */
  get text(): string {
    if (this.#text !== undefined) return this.#text;
    const { text, start } = this.#from ?? { text: '', start: 0 };
    // A slice would keep the whole text in memory, version after version.
    this.#text = ` ${this.#leadText}${text.slice(start, start + this.length)}`.slice(1);
    this.#from = undefined;
    return this.#text;
  }

  get #leadText(): string {
    return this.first ? leads.first : this.item ? leads.items : leads.keys;
  }

  get base(): number {
    return this.start - this.#lead;
  }

  get end(): number {
    return this.start + this.length;
  }

  /** Where the piece's own text begins in `text`. */
  get lead(): number {
    return this.#lead;
  }
}
