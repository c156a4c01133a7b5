import type { Reference, Segment } from '../core/expression.ts';

/** What is left of a reference where the expression around it cannot be parsed. */
export type LooseReference = Pick<Reference, 'context' | 'segments' | 'start'>;

/** The parser refuses longer expressions too. */
const longest = 21_000;

/**
 * References by their looks, in an expression that is being typed: a rename may not miss those that the parser cannot see yet.
 * `loops`: names of loop variables, which stand alone. A text in quotes is passed over as a whole.
 */
export function looseReferences(source: string, loops: readonly string[] = []): LooseReference[] {
  if (source.length > longest) return [];
  const found: LooseReference[] = [];
  const chains = /'(?:[^']|'')*'|(?<![\w.-])(inputs|secrets|steps|env)((?:\s*\.\s*[A-Za-z_][\w-]*|\s*\[\s*'(?:[^']|'')*'\s*\])+)/gi;
  for (const match of source.matchAll(chains)) {
    const [, context, path] = match;
    if (context === undefined || path === undefined) continue;
    const from = match.index + context.length;
    const segments = [...path.matchAll(/\.\s*([A-Za-z_][\w-]*)|'((?:[^']|'')*)'/g)].map((part): Segment => {
      const quoted = part[2] !== undefined;
      const name = part[1] ?? part[2] ?? '';
      const end = from + part.index + part[0].length - (quoted ? 1 : 0);
      return { name: name.replaceAll("''", "'"), start: end - name.length, end };
    });
    found.push({ context: context.toLowerCase(), segments, start: match.index });
  }
  const wanted = new Set(loops.map((name) => name.toLowerCase()));
  if (wanted.size > 0) {
    for (const { 0: word, index } of source.matchAll(/'(?:[^']|'')*'|(?<![\w.-]|\.\s)[A-Za-z_][\w-]*/g))
      if (wanted.has(word.toLowerCase())) found.push({ context: word, segments: [], start: index });
  }
  return found;
}
