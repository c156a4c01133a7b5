import type { Range } from '../syntax/lines.ts';
import { parse, type Syntax } from '../syntax/parse.ts';
import { toJson } from '../syntax/tree.ts';
import type { Edit } from './edit.ts';
import { blankEdits } from './format/blanks.ts';
import { print, Unclear } from './format/print.ts';

/**
 * The edits that lay a text out, or the part of it in a range: blanks and line ends only.
 * `before`: the text as read, where that is known already. None for a text that is broken, and none where the result would not say exactly the same.
 */
export function format(text: string, within?: Range, before: Pick<Syntax, 'root' | 'problems'> = parse(text)): Edit[] {
  if (before.problems.length > 0 || !before.root) return [];
  const edits = editsOf(text)?.filter(({ range }) => !within || (range.start >= within.start && range.end <= within.end));
  if (!edits || edits.length === 0) return [];
  const after = parse(applied(text, edits));
  const same = after.problems.length === 0 && after.root && JSON.stringify(toJson(after.root)) === JSON.stringify(toJson(before.root));
  return same ? edits : [];
}

function editsOf(text: string): Edit[] | undefined {
  try {
    return blankEdits(text, print(text));
  } catch (error) {
    if (error instanceof Unclear) return undefined;
    throw error;
  }
}

function applied(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { range, text: by } of edits) {
    parts.push(text.slice(at, range.start), by);
    at = range.end;
  }
  return parts.join('') + text.slice(at);
}
