import { contextNames, isFunction } from '../../core/expression.ts';
import type { Facts } from '../../rule.ts';
import type { Range } from '../../syntax/lines.ts';

export interface PlacedProblem {
  readonly kind: 'syntax' | 'function' | 'context';
  /** What is written there. */
  readonly name: string;
  readonly message: string;
  readonly range: Range;
  readonly contexts: readonly string[];
}

/** Expressions that cannot be parsed, sorted by what is wrong. One in a script is wrong already for being there. */
export function* expressionProblems({ expressions }: Facts): Generator<PlacedProblem> {
  for (const { parsed, place, source, contexts, locate } of expressions) {
    if (parsed.ok || place === 'run') continue;
    const name = source.slice(Math.max(0, parsed.start), parsed.end);
    const called = /^\s*\(/.test(source.slice(parsed.end));
    const word = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name);
    const kind =
      word && called && !isFunction(name) ? 'function' : word && !called && !contexts.includes(name.toLowerCase()) ? 'context' : 'syntax';
    yield { kind, name, message: parsed.message, range: locate(parsed.start, parsed.end), contexts };
  }
}

/** Known in the language, but without a meaning where it stands. */
export const isElsewhere = (name: string) => contextNames.some((context) => context === name.toLowerCase());
