import type { Analysis } from '../analyse.ts';
import type { Range } from '../syntax/lines.ts';
import { namesOf } from './names.ts';

/** Places that are typed over together: a step's id or a loop's name with all that refers to it; none while the file cannot be read as a whole. */
export function linked(analysis: Analysis, offset: number): Range[] {
  const { text, syntax } = analysis.document;
  const spot = namesOf(analysis).at(offset);
  const [name, ...others] = spot?.names ?? [];
  if (!spot || !name || others.length > 0 || syntax.problems.length > 0) return [];
  if ((name.kind !== 'step' && name.kind !== 'loop') || name.definitions.length !== 1) return [];
  const written = text.slice(spot.range.start, spot.range.end);
  const ranges = [...name.definitions.map(({ range }) => range), ...name.references].sort((a, b) => a.start - b.start);
  // Editors want the same text in each.
  return ranges.length > 1 && ranges.every(({ start, end }) => text.slice(start, end) === written) ? ranges : [];
}
