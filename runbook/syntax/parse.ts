import { Builder } from './builder.ts';
import { compose, hasContent } from './compose.ts';
import { guard, tooDeep } from './guard.ts';
import { limits } from './limits.ts';
import type { Range } from './lines.ts';
import { messageOf } from './messages.ts';
import type { SyntaxProblem } from './problem.ts';
import type { Node } from './tree.ts';

export interface Syntax {
  /** Undefined where there is nothing, or nothing that could be read at all. */
  readonly root: Node | undefined;
  readonly problems: readonly SyntaxProblem[];
}

/** Reads YAML 1.2 into a tree and a list of problems. Never throws; a broken half leaves the other half readable. */
export function parse(text: string): Syntax {
  const refused = guard(text);
  if (refused) return { root: undefined, problems: [refused] };
  const problems: SyntaxProblem[] = [];
  try {
    const [first, second] = compose(text);
    for (const error of [...(first?.errors ?? []), ...(second?.errors ?? [])].slice(0, limits.problems))
      problems.push(messageOf(error, text));
    if (second && hasContent(second)) {
      const message = 'A file holds one runbook: remove this `---` and what follows, or move it into a file of its own.';
      problems.push({ code: 'multiple-documents', range: startOf(text, second.range[0]), message });
    }
    const root = first?.contents ? new Builder({ text, base: 0 }, problems).root(first.contents) : undefined;
    if (problems.length === 0 && (!root || (root.kind === 'scalar' && root.value === null))) {
      problems.push({
        code: 'empty-file',
        range: { start: 0, end: 0 },
        message: 'The file holds no runbook yet. It begins with `runbook: v1`, `name:` and `steps:`.',
      });
      return { root: undefined, problems };
    }
    return { root, problems };
  } catch (error) {
    // The composer recurses: what the guard let through may still be too deep for the stack.
    if (!(error instanceof RangeError)) {
      const why = error instanceof Error ? error.message : String(error);
      return {
        root: undefined,
        problems: [...problems, { code: 'yaml-syntax', range: { start: 0, end: 1 }, message: `The text cannot be read as YAML: ${why}` }],
      };
    }
    return { root: undefined, problems: [{ code: 'nested-too-deeply', range: { start: 0, end: 1 }, message: tooDeep }] };
  }
}

function startOf(text: string, offset: number): Range {
  const dashes = text.lastIndexOf('---', offset);
  const start = dashes < 0 ? offset : dashes;
  return { start, end: Math.min(text.length, start + 3) };
}
