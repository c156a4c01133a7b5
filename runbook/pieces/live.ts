// A runbook that is being written: what was read and checked of it stays while the rest changes.
//
// 1. The text is cut into pieces (cut.ts) that are read and checked one by one. A piece whose text and place between keys
//    and items did not change is the same object before and after an edit; only its `start` and `index` move.
// 2. What is known of the text equals what reading and checking it in one piece gives. Where pieces cannot give that
//    (`odd`, or no cuts at all), the text is read in one piece.
// 3. A piece is read again when its text changed, or when an anchor that it repeats did.
// 4. A piece is checked again when it was read anew, when it belongs to another list, or when one of the questions that its
//    check asked about the rest has another answer now. No answer changes unless `seen` of some piece changed, or their order.
// 5. Reading and checking go on in steps, the edited part first; what an edit makes pointless is dropped with it.
import { type AnalyseOptions, type Analysis, brokenLines, diagnosticsOf } from '../analyse-whole.ts';
import { byName, type Document } from '../document.ts';
import { analyseFile } from '../files/analyse-file.ts';
import { kindOf } from '../files/kind.ts';
import { mayIgnore, noIgnores, readIgnores } from '../ignore.ts';
import type { Facts, Rule } from '../rule.ts';
import { rules as allRules } from '../rules.ts';
import { type StepFact, type StepList, stepLists } from '../steps.ts';
import { noSurroundings, type Surroundings } from '../surroundings.ts';
import { isDoubtful } from '../syntax/guard.ts';
import { limits } from '../syntax/limits.ts';
import { Lines, type Range } from '../syntax/lines.ts';
import type { SyntaxProblem } from '../syntax/problem.ts';
import { type Entry, itemsOf, type MapNode, type Node, WrittenMap, WrittenScalar } from '../syntax/tree.ts';
import { once, wholeOf } from '../whole.ts';
import { type Checked, check, type Found } from './check.ts';
import { beginning, type Cut, cutText, sameState } from './cut.ts';
import { factsOfItem, factsOfKeys, isStepList, type PieceFacts } from './facts.ts';
import { listOf, PiecesList } from './list.ts';
import { type Kept, Piece } from './piece.ts';
import { readPiece } from './read.ts';
import { type Answers, Tracker } from './tracked.ts';

/** How far the work on the current text has come. */
export type Progress =
  /** Everything is known. */
  | 'done'
  /** The part that the reader looks at is known, for the first time since the last edit. */
  | 'near'
  | 'more';

/** Characters at the beginning of a text that has just been opened, which are looked at first. */
const firstScreen = 6_000;

export class LiveRunbook {
  #text: string;
  #lines: Lines;
  /** Undefined where the text cannot be cut. */
  #pieces: Piece[] | undefined;
  /** Those that are read and checked: the pieces, or in place of the last ones one that swallows them. */
  #shown: readonly Piece[] | undefined;
  /** Those of the last text that could be cut. */
  #pool: readonly Piece[] = [];
  #around: Surroundings;
  readonly #actions: Document['actions'];
  readonly #options: AnalyseOptions;
  readonly #rules: readonly Rule[];
  readonly #topRules: readonly Rule[];
  readonly #tracker: Tracker;
  #seen: readonly (string | undefined)[] = [];
  #generation = 0;
  #complete = false;
  #odd = false;
  #top: Checked | undefined;
  #topAt = 0;
  #topPiece: Piece | undefined;
  #work: Iterator<Progress, void> | undefined;
  #near: Range;
  /** Pieces by the ids of their steps, in the order of a run. */
  #ids: Map<string, Set<number>> | undefined;
  #idsAt = -1;
  /** Made before all was read, from what was known then. */
  #idsOf: Answers | undefined;
  #view: Analysis | undefined;
  #told: Analysis['diagnostics'] | undefined;
  #answers: Answers | undefined;

  constructor(text: string, options: AnalyseOptions) {
    this.#text = text;
    this.#lines = new Lines(text);
    this.#options = options;
    this.#actions = byName(options.actions);
    this.#around = options.around ?? noSurroundings;
    const rules = options.rules ?? allRules;
    this.#rules = rules.filter((rule) => !rule.once);
    this.#topRules = rules.filter((rule) => rule.once);
    this.#tracker = new Tracker(() => this.#known());
    this.#near = { start: 0, end: firstScreen };
    this.#cutAll();
  }

  get text(): string {
    return this.#text;
  }

  get lines(): Lines {
    return this.#lines;
  }

  /** Replaces `start..end` of the text. */
  edit(start: number, end: number, inserted: string): void {
    const pieces = this.#pieces;
    const text = this.#text.slice(0, start) + inserted + this.#text.slice(end);
    this.#lines = this.#lines.edited(text, start, end, inserted.length);
    this.#text = text;
    const near = { start, end: start + inserted.length };
    const pending = this.#work !== undefined;
    this.#near =
      pending && this.#near.end !== firstScreen
        ? { start: Math.min(near.start, this.#near.start), end: Math.max(near.end, this.#near.end) }
        : near;
    if (pieces) this.#recut(pieces, start, end, inserted.length);
    else this.#cutAll();
    this.#changed();
  }

  /** Another text altogether. */
  replace(text: string): void {
    this.#text = text;
    this.#lines = new Lines(text);
    this.#near = { start: 0, end: firstScreen };
    this.#cutAll();
    this.#changed();
  }

  /** What the runbook refers to has changed. */
  surround(around: Surroundings): void {
    this.#around = around;
    // No piece has changed, and still an answer may have.
    this.#generation++;
    this.#changed();
  }

  /** Works until all is known, the near part is, or `enough` says so after a step. */
  work(enough: () => boolean = () => false): Progress {
    this.#work ??= this.#run();
    for (;;) {
      const { value, done } = this.#work.next();
      if (done || value === undefined) return 'done';
      if (value === 'near' || enough()) return value;
    }
  }

  /** Reads all of the current text that has not been read; its problems are worked out when they are looked at. */
  analysis(): Analysis {
    if (!this.#complete) this.#readAll();
    this.#view ??= this.#assemble();
    return this.#view;
  }

  /** The problems that are known by now. */
  diagnostics(): Analysis['diagnostics'] {
    const pieces = this.#usable();
    if (!pieces) return this.analysis().diagnostics;
    this.#told ??= this.#diagnostics(pieces);
    return this.#told;
  }

  #changed(): void {
    this.#complete = false;
    this.#work = undefined;
    this.#shown = this.#pieces;
    this.#forget();
  }

  #forget(): void {
    this.#view = undefined;
    this.#told = undefined;
    this.#answers = undefined;
    this.#tracker.forget();
  }

  // Cutting

  #cutAll(): void {
    const text = this.#text;
    // Other kinds of file are small, and read in one piece.
    const whole = kindOf(this.#options.file ?? '') !== 'runbook';
    const cuts =
      whole || text.length > limits.text || isDoubtful(text)
        ? undefined
        : cutText(text, { start: 0, item: false, state: beginning }, () => false);
    const pool = this.#pieces ?? this.#pool;
    this.#pieces = cuts && this.#number(reuse(text, cuts, pool));
    this.#pool = cuts ? [] : pool;
  }

  #recut(pieces: Piece[], start: number, end: number, inserted: number): void {
    const text = this.#text;
    const delta = inserted - (end - start);
    const edited = indexAt(pieces, start);
    const from = Math.max(0, edited - 1);
    const head = pieces[from];
    let behind = from;
    const known = (cut: Cut): boolean => {
      const was = cut.start - delta;
      if (was < end || cut.start < start + inserted || cut.start === 0) return false;
      while ((pieces[behind]?.start ?? Number.POSITIVE_INFINITY) < was) behind++;
      const piece = pieces[behind];
      return piece?.start === was && behind > from && piece.item === cut.item && sameState(piece.state, cut.state);
    };
    const first: Cut =
      head && from > 0 ? { start: head.start, item: head.item, state: head.state } : { start: 0, item: false, state: beginning };
    let reached = false;
    const until = (cut: Cut) => {
      reached = known(cut);
      return reached;
    };
    const cuts = text.length > limits.text || isDoubtful(text) ? undefined : cutText(text, first, until);
    if (!cuts) {
      this.#pool = pieces;
      this.#pieces = undefined;
      return;
    }
    const rest = reached ? pieces.slice(behind) : [];
    const close = rest[0] ? rest[0].start + delta : text.length;
    const fresh = cuts.map((cut, index) => {
      const stop = cuts[index + 1]?.start ?? close;
      const old = pieces[from + index];
      const same =
        old && old.start === cut.start && old.end === stop && stop <= start && old.item === cut.item && sameState(old.state, cut.state);
      return same ? old : new Piece(text, cut, stop);
    });
    this.#pieces = this.#number([...pieces.slice(0, from), ...fresh, ...rest]);
  }

  #number(pieces: Piece[]): Piece[] {
    let start = 0;
    for (const [index, piece] of pieces.entries()) {
      piece.index = index;
      piece.start = start;
      start += piece.length;
    }
    return pieces;
  }

  #pieceAt(offset: number): Piece | undefined {
    const pieces = this.#shown;
    return pieces?.[indexAt(pieces, offset)];
  }

  // Working

  *#run(): Generator<Progress, void> {
    yield* this.#read();
    const pieces = this.#usable();
    if (!pieces) {
      this.#view ??= this.#assemble();
      return;
    }
    let done = 0;
    const near = pieces.slice(indexAt(pieces, this.#near.start), indexAt(pieces, this.#near.end) + 1);
    for (const piece of near) if (this.#checkPiece(piece)) if (++done % 8 === 0) yield 'more';
    this.#checkTop(pieces);
    let told = false;
    let problems = 0;
    for (const piece of pieces) {
      if (this.#checkPiece(piece)) {
        if (!told) {
          told = true;
          yield 'near';
        }
        if (++done % 8 === 0) yield 'more';
      }
      problems += piece.problems;
      if (problems >= limits.problems) break;
    }
  }

  #readAll(): void {
    for (const _ of this.#read());
  }

  /** (3), and the facts of (4). */
  *#read(): Generator<Progress, void> {
    const pieces = this.#pieces;
    if (this.#complete || !pieces) {
      this.#complete = true;
      return;
    }
    this.#shown = pieces;
    const opening = pieces.filter((piece) => !piece.reading).length > 64;
    if (opening) {
      // What steps ask for stands at the top: with it the first screen can be judged.
      for (const piece of pieces) if (!piece.item && !piece.reading && !piece.text.includes('*')) this.#readPiece(piece, pieces);
      yield 'more';
    }
    this.#odd = false;
    let head: Piece | undefined;
    let key: string | undefined;
    let count = 0;
    let early = opening;
    for (let index = 0; index < pieces.length; index++) {
      const piece = pieces[index];
      if (!piece) continue;
      if (!piece.alone && this.#dependsOnOther(piece, pieces)) this.#readPiece(piece, pieces);
      if (!piece.alone && piece.reading?.odd) {
        const rest = piece.reading.swallows ? this.#restFrom(piece, pieces) : undefined;
        this.#odd = rest === undefined;
        if (!rest) break;
        this.#shown = [...pieces.slice(0, index), rest];
        if (rest.item) {
          rest.before = count;
          this.#factsOfItem(rest, key);
        } else {
          if (head) this.#factsOfKeys(head, pieces, index);
          head = rest;
        }
        break;
      }
      if (!piece.item) {
        if (head) this.#factsOfKeys(head, pieces, index);
        head = piece;
        key = piece.reading?.entries.at(-1)?.key.source;
        count = 0;
      } else {
        piece.before = count;
        count += piece.items;
        this.#factsOfItem(piece, key);
      }
      if (early && piece.start > this.#near.end) {
        early = false;
        this.#forget();
        yield* this.#early(pieces.slice(0, index));
      } else if (index % 16 === 15 && opening) yield 'more';
    }
    const shown = this.#shown ?? [];
    if (head && !this.#odd) this.#factsOfKeys(head, shown, shown.length);
    this.#odd ||= isOdd(shown);
    this.#complete = true;
    this.#settle(shown);
  }

  /** The first screen, before the rest has been read. */
  *#early(pieces: readonly Piece[]): Generator<Progress, void> {
    for (const piece of pieces) {
      this.#checkPiece(piece);
      if (piece.index % 4 === 3) yield 'more';
    }
    yield 'near';
  }

  /** One piece instead of all from this one on. */
  #restFrom({ index, start, item, state }: Piece, pieces: readonly Piece[]): Piece | undefined {
    const rest = new Piece(this.#text, { start, item, state }, this.#text.length);
    rest.index = index;
    this.#readPiece(rest, pieces.slice(0, index));
    return rest.reading?.odd === false ? rest : undefined;
  }

  #readPiece(piece: Piece, pieces: readonly Piece[]): void {
    const reading = readPiece(piece, pieces[piece.index + 1], (anchor) => anchorBefore(pieces, piece.index, anchor));
    piece.reading = reading;
    piece.items = listOf(piece).length;
    piece.repeated = reading.repeated;
    piece.spills = reading.spills;
    piece.alone = !reading.odd && reading.follow === undefined && reading.asked.size === 0;
    piece.silences = mayIgnore(piece.text);
    piece.facts = undefined;
    piece.checked = undefined;
    piece.problems = 0;
  }

  #dependsOnOther(piece: Piece, pieces: readonly Piece[]): boolean {
    const { reading } = piece;
    if (!reading) return true;
    const { asked, follow } = reading;
    if (follow !== undefined && follow !== (pieces[piece.index + 1]?.text ?? '')) return true;
    if (asked.size === 0) return false;
    for (const [anchor, node] of asked) if (anchorBefore(pieces, piece.index, anchor) !== node) return true;
    return false;
  }

  #factsOfItem(piece: Piece, key: string | undefined): void {
    const role = isStepList(key) ? key : undefined;
    if (!piece.reading || (piece.facts && piece.facts.role === role)) return;
    piece.checked = undefined;
    piece.problems = 0;
    piece.facts = role === undefined ? undefined : factsOfItem(piece, piece.reading, role, () => this.#before(piece));
  }

  /** `end`: where the pieces end that hold the items of its list. */
  #factsOfKeys(piece: Piece, pieces: readonly Piece[], end: number): void {
    if (!piece.reading) return;
    const open = end > piece.index + 1;
    const stepList = isStepList(piece.reading.entries.at(-1)?.key.source);
    const known = piece.facts?.group;
    if (known && piece.open === open && (stepList || !open) && known.length === 0) return;
    const items = pieces.slice(piece.index + 1, end);
    if (
      known &&
      piece.open === open &&
      !stepList &&
      known.length === items.length &&
      items.every((item, index) => item.reading === known[index])
    )
      return;
    piece.checked = undefined;
    piece.problems = 0;
    piece.open = open;
    piece.facts = factsOfKeys(piece, piece.reading, items);
  }

  #before(piece: Piece): number {
    this.#tracker.before(piece);
    return piece.before;
  }

  /** (4): has anything changed that one piece can learn of another? */
  #settle(pieces: readonly Piece[]): void {
    const seen = pieces.map((piece) => piece.facts?.seen);
    let changed = seen.length !== this.#seen.length;
    for (const [index, piece] of pieces.entries()) {
      // Of two pieces that say the same, one may have gone and the other have moved to its place.
      if (seen[index] !== this.#seen[index] || (piece.settled >= 0 && piece.settled !== index)) changed = true;
      piece.settled = index;
    }
    if (changed) this.#generation++;
    this.#seen = seen;
    this.#forget();
  }

  /** @returns whether there was anything to do. */
  #checkPiece(piece: Piece): boolean {
    const { facts, checked } = piece;
    if (!facts) return false;
    const spilled = this.#shown?.[piece.index - 1]?.spills === true;
    if (checked && piece.spilled === spilled && !(checked.unsure && this.#complete)) {
      if (piece.validAt === this.#generation) return false;
      if (this.#tracker.holds(piece, checked.asked)) {
        piece.validAt = this.#generation;
        return false;
      }
    }
    const problems = placed(facts.problems);
    piece.checked = check(
      this.#rules,
      {
        text: this.#text,
        lines: this.#lines,
        syntax: { root: facts.root, problems },
        root: facts.root,
        steps: facts.steps,
        inputs: facts.inputs,
        secrets: facts.secrets,
        targets: facts.targets,
        actions: this.#actions,
        whole: this.#tracker.whole,
        around: this.#tracker.around,
        expressions: facts.expressions,
        schemaErrors: facts.schemaErrors,
        broken: this.#broken(piece, problems, spilled),
      },
      piece,
      this.#tracker,
      (offset) => this.#pieceAt(offset),
    );
    piece.problems = piece.checked.found.length;
    piece.validAt = this.#generation;
    piece.spilled = spilled;
    this.#told = undefined;
    return true;
  }

  #broken(piece: Piece, problems: readonly SyntaxProblem[], spilled: boolean): Facts['broken'] {
    const own = brokenLines(this.#lines, problems);
    const edge = this.#lines.position(piece.start).line;
    return (range) => {
      if (own(range) || (spilled && this.#lines.position(range.start).line <= edge && this.#lines.position(range.end).line >= edge))
        return true;
      if (range.start >= piece.start && range.start < piece.end) return false;
      // What an alias repeats.
      const home = this.#pieceAt(range.start);
      return home !== undefined && brokenLines(this.#lines, placed(home.reading?.problems ?? []))(range);
    };
  }

  /** What is said once, of the keys at the top and of the whole. */
  #checkTop(pieces: readonly Piece[]): void {
    const top = this.#top;
    const kept = top?.found.every((one) => pieces[one.in.index] === one.in) && pieces[0] === this.#topPiece;
    if (top && kept && !top.unsure && this.#topAt === this.#generation) return;
    const document = this.#document();
    const { whole } = this.#tracker;
    const facts: Facts = {
      text: this.#text,
      lines: this.#lines,
      syntax: document.syntax,
      root: document.root,
      steps: [],
      inputs: [],
      secrets: [],
      targets: [],
      actions: this.#actions,
      whole,
      around: this.#tracker.around,
      expressions: [],
      schemaErrors: [],
      broken: () => false,
    };
    this.#top = check(this.#topRules, facts, undefined, this.#tracker, (offset) => this.#pieceAt(offset));
    this.#topAt = this.#generation;
    this.#topPiece = pieces[0];
    this.#told = undefined;
  }
  // What is known

  #usable(): readonly Piece[] | undefined {
    return this.#odd ? undefined : this.#shown;
  }

  #known(): Answers {
    if (this.#answers) return this.#answers;
    const document = this.#document();
    const named = (id: string) => this.#stepsNamed(id.toLowerCase());
    const counts = new Map<StepList, number>();
    const count = (list: StepList) => {
      const known = counts.get(list) ?? countOf(this.#usable() ?? [], list);
      counts.set(list, known);
      return known;
    };
    this.#answers = {
      whole: { ...wholeOf(document), step: (id) => named(id)[0], stepsNamed: named, count, any: (list) => count(list) > 0 },
      around: this.#around,
      steps: () => document.steps,
      needs: once(() => (this.#shown ?? []).some((piece) => piece.facts?.needs === true)),
      generation: this.#generation,
      complete: this.#complete,
    };
    return this.#answers;
  }

  /** By an index of the ids, which stays as long as nothing that can be seen of any piece changes. */
  #stepsNamed(id: string): StepFact[] {
    const pieces = this.#usable() ?? [];
    if (!this.#ids || (this.#complete ? this.#idsAt !== this.#generation : this.#idsOf !== this.#answers)) {
      const ids = new Map<string, Set<number>>();
      for (const step of stepsOf(pieces)) {
        const name = step.id?.name.toLowerCase();
        if (name === undefined) continue;
        const known = ids.get(name);
        if (known) known.add(step.part.index);
        else ids.set(name, new Set([step.part.index]));
      }
      this.#ids = ids;
      this.#idsAt = this.#complete ? this.#generation : -1;
      this.#idsOf = this.#answers;
    }
    const found: StepFact[] = [];
    for (const index of this.#ids.get(id) ?? [])
      for (const step of pieces[index]?.facts?.steps ?? []) if (step.id?.name.toLowerCase() === id) found.push(step);
    return found;
  }

  #assemble(): Analysis {
    const pieces = this.#usable();
    if (!pieces) return analyseFile(this.#text, { ...this.#options, around: this.#around }, this.#lines);
    const expressions = once(() => pieces.flatMap((piece) => piece.facts?.expressions ?? []));
    const finish = () => {
      while (this.work() !== 'done');
      return this.diagnostics();
    };
    return {
      document: this.#document(),
      get expressions() {
        return expressions();
      },
      expressionsAt: (offset) => this.#at(pieces, offset, ({ expressions }) => expressions),
      stepsAt: (offset) => this.#at(pieces, offset, ({ steps }) => steps),
      get diagnostics() {
        return finish();
      },
    };
  }

  #at<T>(pieces: readonly Piece[], offset: number, of: (facts: PieceFacts) => readonly T[]): readonly T[] {
    const home = this.#pieceAt(offset);
    const found: T[] = [];
    // What a piece repeats by aliases stands elsewhere.
    for (const piece of pieces) if ((piece === home || !piece.alone) && piece.facts) found.push(...of(piece.facts));
    return found;
  }

  #document(): Document {
    const pieces = this.#usable() ?? [];
    const root = once(() => rootOf(pieces));
    const steps = once(() => stepsOf(pieces));
    const problems = once(() => pieces.flatMap((piece) => placed(piece.reading?.problems ?? [])));
    const facts = (name: 'inputs' | 'secrets' | 'targets') =>
      once(() => pieces.flatMap((piece) => (piece.item ? [] : (piece.facts?.[name] ?? []))));
    const [inputs, secrets, targets] = [facts('inputs'), facts('secrets'), facts('targets')];
    return {
      text: this.#text,
      lines: this.#lines,
      syntax: {
        get root() {
          return root();
        },
        get problems() {
          return problems();
        },
      },
      get root() {
        return root();
      },
      get steps() {
        return steps();
      },
      get inputs() {
        return inputs();
      },
      get secrets() {
        return secrets();
      },
      get targets() {
        return targets();
      },
      actions: this.#actions,
    };
  }

  #diagnostics(pieces: readonly Piece[]): Analysis['diagnostics'] {
    const there = (one: Kept<Found>) => pieces[one.in.index] === one.in;
    const found = (this.#top?.found ?? []).filter(there);
    for (const { checked, problems } of pieces) {
      if (problems === 0 || !checked) continue;
      found.push(...checked.found.filter(there));
      if (found.length >= limits.problems) break;
    }
    return diagnosticsOf(
      () => (pieces.some(({ silences }) => silences) ? readIgnores(this.#text, this.#lines) : noIgnores),
      this.#lines,
      found.map(({ what: { structural, ...what }, in: { start }, from, to }) => ({
        diagnostic: { ...what, range: { start: start + from, end: start + to } },
        structural,
      })),
    );
  }
}

/** Where they are in the file now. */
function placed(problems: readonly Kept<SyntaxProblem>[]): SyntaxProblem[] {
  return problems.map(({ what, in: { start }, from, to }) => ({ ...what, range: { start: start + from, end: start + to } }));
}

function indexAt(pieces: readonly Piece[], offset: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Cuts of a text that has nothing in common with the last one by offsets, but perhaps in words: its beginning and its end. */
function reuse(text: string, cuts: readonly Cut[], pool: readonly Piece[]): Piece[] {
  const ends = cuts.map((_, index) => cuts[index + 1]?.start ?? text.length);
  const same = (index: number, old: Piece | undefined): old is Piece => {
    const cut = cuts[index];
    const end = ends[index];
    return (
      cut !== undefined &&
      end !== undefined &&
      old !== undefined &&
      old.item === cut.item &&
      old.first === (cut.start === 0) &&
      old.length === end - cut.start &&
      sameState(old.state, cut.state) &&
      text.startsWith(old.lead === 0 ? old.text : old.text.slice(old.lead), cut.start)
    );
  };
  let head = 0;
  while (head < cuts.length && same(head, pool[head])) head++;
  let tail = 0;
  while (tail < cuts.length - head && tail < pool.length - head && same(cuts.length - 1 - tail, pool[pool.length - 1 - tail])) tail++;
  return cuts.map((cut, index) => {
    const old = index < head ? pool[index] : index >= cuts.length - tail ? pool[pool.length - (cuts.length - index)] : undefined;
    return old ?? new Piece(text, cut, ends[index] ?? text.length);
  });
}

function anchorBefore(pieces: readonly Piece[], index: number, anchor: string): Node | undefined {
  for (let at = index - 1; at >= 0; at--) {
    const anchors = pieces[at]?.reading?.anchors;
    if (anchors && anchors.size > 0 && anchors.has(anchor)) return anchors.get(anchor);
  }
  return undefined;
}

/** What only all pieces together show. */
function isOdd(pieces: readonly Piece[]): boolean {
  const keys = new Set<string>();
  let repeated = 0;
  for (const [index, piece] of pieces.entries()) {
    repeated += piece.repeated;
    if (piece.item) continue;
    const entries = piece.reading?.entries ?? [];
    for (const { key } of entries) {
      if (keys.has(key.source)) return true;
      keys.add(key.source);
    }
    const value = entries.at(-1)?.value;
    if (pieces[index + 1]?.item && !(value instanceof WrittenScalar && value.value === null && value.source === '' && value.at === piece))
      return true;
  }
  return repeated > limits.expandedNodes;
}

/** Of the list under a key at the top. */
function countOf(pieces: readonly Piece[], list: StepList): number {
  const head = pieces.find((piece) => !piece.item && piece.reading?.entries.some(({ key }) => key.source === list) === true);
  const entries = head?.reading?.entries ?? [];
  const entry = entries.find(({ key }) => key.source === list);
  let count = 0;
  if (head && entry && entry === entries.at(-1))
    for (let index = head.index + 1; pieces[index]?.item; index++) count += pieces[index]?.items ?? 0;
  return count || itemsOf(entry?.value).length;
}

/** The map at the top; a list of several pieces is put together. */
function rootOf(pieces: readonly Piece[]): MapNode | undefined {
  const entries: Entry[] = [];
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index];
    if (!piece || piece.item) continue;
    let end = index + 1;
    while (pieces[end]?.item) end++;
    const own = piece.reading?.entries ?? [];
    const last = own.at(-1);
    if (end > index + 1 && last) entries.push(...own.slice(0, -1), { ...last, value: new PiecesList(pieces.slice(index + 1, end)) });
    else entries.push(...own);
  }
  const last = pieces.at(-1);
  const range = { start: pieces[0]?.reading?.from ?? 0, end: (last?.start ?? 0) + (last?.reading?.to ?? 0) };
  return entries.length === 0 ? undefined : new WrittenMap({ text: '', base: 0 }, range, false, entries);
}

function stepsOf(pieces: readonly Piece[]): StepFact[] {
  const byList = new Map<string, StepFact[]>(stepLists.map((list) => [list, []]));
  for (const { facts } of pieces) for (const step of facts?.steps ?? []) byList.get(step.list)?.push(step);
  return [...byList.values()].flat();
}
