import type { Diagnostic } from '../diagnostic.ts';
import type { Facts, Rule } from '../rule.ts';
import { limits } from '../syntax/limits.ts';
import type { Range } from '../syntax/lines.ts';
import type { Kept, Piece } from './piece.ts';
import type { Asked, Tracker } from './tracked.ts';

/** What the rules said of a piece, and what they had asked to say it. */
export interface Checked {
  readonly found: readonly Kept<Found>[];
  readonly asked: Asked;
  /** Not all had been read when it was checked: what depends on the rest was left out. */
  readonly unsure: boolean;
}

export type Found = Omit<Diagnostic, 'range'> & { readonly structural: boolean };

/** Runs rules over facts. `pieceAt`: the piece that an offset lies in. */
export function check(
  rules: readonly Rule[],
  facts: Facts,
  piece: Piece | undefined,
  tracker: Tracker,
  pieceAt: (offset: number) => Piece | undefined,
): Checked {
  const found: Kept<Found>[] = [];
  const asked: Asked = new Map();
  let unsure = false;
  tracker.during(piece, asked, () => {
    for (const rule of rules) {
      const before = found.length;
      tracker.unsure = false;
      for (const { range, message, fix } of rule.check(facts)) {
        const kept = keep(range, piece, pieceAt);
        if (kept)
          found.push({ ...kept, what: { code: rule.code, severity: rule.severity, message, fix, structural: rule.structural === true } });
        if (found.length >= limits.problems) break;
      }
      if (!tracker.unsure) continue;
      unsure = true;
      found.length = before;
    }
  });
  return { found, asked, unsure };
}

function keep(
  { start, end }: Range,
  piece: Piece | undefined,
  pieceAt: (offset: number) => Piece | undefined,
): Omit<Kept<Found>, 'what'> | undefined {
  const home = piece && start >= piece.start && start < piece.end ? piece : pieceAt(start);
  return home && { in: home, from: start - home.start, to: end - home.start };
}
