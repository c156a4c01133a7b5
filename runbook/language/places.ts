import type { Analysis } from '../analyse.ts';
import type { Range } from '../syntax/lines.ts';
import { contentRange } from '../syntax/scalar.ts';
import { type Definition, type Name, namesOf } from './names.ts';

export interface Definitions {
  /** The name that is asked about. */
  readonly origin: Range;
  readonly targets: readonly Definition[];
}

export interface Place {
  readonly range: Range;
  readonly declares: boolean;
}

/** Where the name at an offset is declared; what an action or a script returns leads to its step. */
export function definitions(analysis: Analysis, offset: number): Definitions | undefined {
  const spot = namesOf(analysis).at(offset);
  if (!spot) return undefined;
  return { origin: spot.range, targets: spot.names.flatMap((name) => declarations(analysis, name)) };
}

function declarations(analysis: Analysis, { definitions: own, step }: Name): readonly Definition[] {
  if (own.length > 0 || !step?.id) return own;
  return namesOf(analysis).at(contentRange(analysis.document.text, step.id.node).start)?.names[0]?.definitions ?? [];
}

/** Every place of the name at an offset, in the order of the text. */
export function places(analysis: Analysis, offset: number): Place[] {
  const names = namesOf(analysis).at(offset)?.names ?? [];
  const found = names.flatMap((name): Place[] => [
    ...name.definitions.map(({ range }) => ({ range, declares: true })),
    ...name.references.map((range) => ({ range, declares: false })),
  ]);
  return [...new Map(found.map((place) => [place.range.start, place])).values()].sort((a, b) => a.range.start - b.range.start);
}
