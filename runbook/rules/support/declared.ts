import type { Facts } from '../../rule.ts';
import type { Range } from '../../syntax/lines.ts';

/** References into a context by a name that nothing declares. */
export function* undeclared(
  { expressions }: Facts,
  context: string,
  isKnown: (name: string) => boolean,
): Generator<{ name: string; range: Range }> {
  for (const { place, references, locate } of expressions) {
    if (place === 'run') continue;
    for (const reference of references) {
      const [first] = reference.segments;
      if (reference.context === context && first && !isKnown(first.name)) yield { name: first.name, range: locate(first.start, first.end) };
    }
  }
}
