import type { Analysis } from '../analyse.ts';
import type { PlacedToken } from '../core/expression.ts';
import type { ExpressionSite } from '../expressions.ts';
import type { Lines, Range } from '../syntax/lines.ts';
import { type NameIndex, type NameKind, namesOf, type Spot } from './names.ts';

export interface MeaningfulToken {
  /** Within one line. */
  readonly range: Range;
  readonly kind: 'context' | 'function' | 'property' | 'operator' | 'string' | 'number' | NameKind;
  readonly declares: boolean;
}

/**
 * What the grammar cannot know: which words of an expression are names that the file declares, and where it declares them.
 * The rest of an expression comes along, so that it looks the same wherever it stands. Nothing inside scripts: there an expression is an error.
 */
export function tokens(analysis: Analysis, within?: Range): MeaningfulToken[] {
  const { text, lines } = analysis.document;
  const names = namesOf(analysis);
  const touches = ({ start, end }: Range) => !within || (start <= within.end && within.start <= end);
  // An alias leads to the same text again.
  const found = new Map<number, MeaningfulToken>();
  const add = (token: MeaningfulToken) => {
    for (const range of byLine(text, lines, token.range)) if (touches(range)) found.set(range.start, { ...token, range });
  };
  for (const spot of names.spots)
    if (spot.declares) for (const { kind } of spot.names.slice(0, 1)) add({ range: spot.range, kind, declares: true });
  for (const site of analysis.expressions) {
    if (site.place === 'run' || !site.parsed.ok || !touches(site.range)) continue;
    for (const [index, token] of site.parsed.tokens.entries()) {
      const [before, after] = [site.parsed.tokens[index - 1], site.parsed.tokens[index + 1]];
      for (const one of meaning(site, names, token, before, after)) add({ ...one, declares: false });
    }
  }
  return [...found.values()].sort((a, b) => a.range.start - b.range.start);
}

type Meaning = Omit<MeaningfulToken, 'declares'>;

function meaning(site: ExpressionSite, names: NameIndex, placed: PlacedToken, before?: PlacedToken, after?: PlacedToken): Meaning[] {
  const { lexeme } = placed.token;
  const range = site.locate(placed.start, placed.end);
  if (/^[A-Za-z_]/.test(lexeme)) {
    if (before?.token.lexeme === '.') return [{ range, kind: known(names.at(range.start)) ?? 'property' }];
    if (after?.token.lexeme === '(') return [{ range, kind: 'function' }];
    return /^(?:true|false|null|NaN|Infinity)$/.test(lexeme) ? [] : [{ range, kind: 'context' }];
  }
  if (lexeme.startsWith("'")) {
    const inner = site.locate(placed.start + 1, placed.end - 1);
    const spot = names.at(inner.start);
    const kind = spot?.range.start === inner.start && known(spot);
    if (!kind) return [{ range, kind: 'string' }];
    return [
      { range: { start: range.start, end: inner.start }, kind: 'string' },
      { range: inner, kind },
      { range: { start: inner.end, end: range.end }, kind: 'string' },
    ];
  }
  if (/^[-+.]?\d/.test(lexeme)) return [{ range, kind: 'number' }];
  return /^[!=<>&|]/.test(lexeme) ? [{ range, kind: 'operator' }] : [];
}

/** The kind of a name that is declared; a wrong one is a property like any other. */
function known(spot: Spot | undefined): NameKind | undefined {
  const [name] = spot?.names ?? [];
  return name && (name.definitions.length > 0 || name.kind === 'output') ? name.kind : undefined;
}

/** Editors take no token that goes over a line end; few do. */
function byLine(text: string, lines: Lines, range: Range): Iterable<Range> {
  return /[\r\n]/.test(text.slice(range.start, range.end)) ? cut(text, lines, range) : [range];
}

function* cut(text: string, lines: Lines, { start, end }: Range): Generator<Range> {
  const last = lines.position(end).line;
  for (let line = lines.position(start).line; line <= last; line++) {
    const own = lines.range(line);
    const from = Math.max(start, own.start);
    const part = text.slice(from, Math.min(end, own.end));
    const blank = part.length - part.trimStart().length;
    const length = part.trim().length;
    if (length > 0) yield { start: from + blank, end: from + blank + length };
  }
}
