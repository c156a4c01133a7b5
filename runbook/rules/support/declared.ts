import type { Facts } from '../../rule.ts';
import type { Range } from '../../syntax/lines.ts';

/** References into a context by a name that is not among the known ones; names ignore case, as they do in a run. */
export function* declared({ expressions }: Facts, context: string, known: readonly string[]): Generator<{ name: string; range: Range }> {
  const names = new Set(known.map((name) => name.toLowerCase()));
  for (const { place, references, locate } of expressions) {
    if (place === 'run') continue;
    for (const reference of references) {
      const [first] = reference.segments;
      if (reference.context === context && first && !names.has(first.name.toLowerCase()))
        yield { name: first.name, range: locate(first.start, first.end) };
    }
  }
}
