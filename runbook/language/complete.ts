import type { Analysis } from '../analyse.ts';
import type { StepFact } from '../steps.ts';
import type { Lines } from '../syntax/lines.ts';
import { valueIn } from '../syntax/tree.ts';
import { completeExpression } from './complete-expression.ts';
import { completeKeys } from './complete-keys.ts';
import { completeValues } from './complete-values.ts';
import type { Completion } from './completion.ts';
import { expressionBefore } from './expression-before.ts';
import { placeAt } from './place.ts';
import { alone, type World } from './world.ts';

/** What can stand at the cursor, best first. Empty inside scripts, comments and free text. */
export function complete({ document, stepsAt }: Analysis, offset: number, world: World = alone): Completion[] {
  const { text } = document;
  const line = document.lines.range(document.lines.position(offset).line);
  const before = text.slice(line.start, offset);
  if (/(^|\s)#/.test(before.replaceAll(/"[^"]*"|'[^']*'/g, '')) || inScript(document.lines, stepsAt(offset), offset)) return [];
  const expression = expressionBefore(text, line.start, offset);
  if (expression) return completeExpression(document, expression, offset, world);
  // A value may hold blanks (`with` of a path, a quoted text): the word is what stands left of the cursor without them.
  const start = offset - (/[^\s,[\]{}"':]*$/.exec(before)?.[0].length ?? 0);
  const end = offset + (/^[\w/-]*/.exec(text.slice(offset, line.end))?.[0].length ?? 0);
  const range = { start, end };
  return placeAt(text, document.lines, start, end).flatMap((place) =>
    place.kind === 'key' ? completeKeys(document, place, range, world) : completeValues(document, place, range, world),
  );
}

/** Shells have their own completion; a word in a script is none of ours. A line that begins no deeper than the step has left the script. */
function inScript(lines: Lines, steps: readonly StepFact[], offset: number): boolean {
  const { line, column } = lines.position(offset);
  return steps.some(({ node }) => {
    if (node.range.start > offset) return false;
    const script = valueIn(node, 'run');
    if (script?.kind !== 'scalar' || offset <= script.range.start || offset > script.range.end) return false;
    if (script.style !== 'literal' && script.style !== 'folded') return false;
    return line > lines.position(script.range.start).line && column > lines.position(node.range.start).column;
  });
}
