import type { Analysis } from '../analyse.ts';
import { completeExpression } from './complete-expression.ts';
import { completeKeys } from './complete-keys.ts';
import { completeValues } from './complete-values.ts';
import type { Completion } from './completion.ts';
import { expressionBefore } from './expression-before.ts';
import { placeAt } from './place.ts';

/** What can stand at the cursor, best first. Empty inside scripts, comments and free text. */
export function complete({ document }: Analysis, offset: number): Completion[] {
  const { text } = document;
  const line = document.lines.range(document.lines.position(offset).line);
  const before = text.slice(line.start, offset);
  if (/(^|\s)#/.test(before.replaceAll(/"[^"]*"|'[^']*'/g, '')) || inScript(document, offset)) return [];
  const expression = expressionBefore(text, line.start, offset);
  if (expression) return completeExpression(document, expression, offset);
  // A value may hold blanks (`with` of a path, a quoted text): the word is what stands left of the cursor without them.
  const start = offset - (/[^\s,[\]{}"':]*$/.exec(before)?.[0].length ?? 0);
  const end = offset + (/^[\w/-]*/.exec(text.slice(offset, line.end))?.[0].length ?? 0);
  const range = { start, end };
  return placeAt(text, start, end).flatMap((place) =>
    place.kind === 'key' ? completeKeys(document, place, range) : completeValues(document, place, range),
  );
}

/** Shells have their own completion; a word in a script is none of ours. */
function inScript({ steps, lines }: Analysis['document'], offset: number): boolean {
  return steps.some(({ node }) =>
    node.entries.some(({ key, value }) => {
      const block = value.kind === 'scalar' && (value.style === 'literal' || value.style === 'folded');
      const first = lines.position(value.range.start).line;
      return (
        key.source === 'run' &&
        block &&
        offset > value.range.start &&
        offset <= value.range.end &&
        lines.position(offset).line > first &&
        !isOutdented(node.range.start)
      );
    }),
  );
  function isOutdented(stepStart: number): boolean {
    const { line, column } = lines.position(offset);
    return column <= lines.position(stepStart).column && lines.position(stepStart).line !== line;
  }
}
