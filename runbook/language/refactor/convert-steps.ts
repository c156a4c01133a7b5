import type { Document, StepFact } from '../../document.ts';
import { entryOf, textOf } from '../../syntax/tree.ts';
import { type Edit, insertAt, lineBreak } from '../edit.ts';
import type { Refactoring } from '../refactor.ts';

/**
 * Steps that were pasted from a GitHub Actions workflow: keys that have another name here get it, and what uses an action
 * from there becomes a comment that says so, as nothing here could run it.
 */
export function convertSteps(document: Document): Refactoring[] {
  const edits = document.steps.filter(({ role, node }) => role === 'step' && !node.flow).flatMap((step) => convert(document, step));
  return edits.length === 0 ? [] : [{ title: 'Convert steps of GitHub Actions', kind: 'rewrite', edits }];
}

function convert(document: Document, step: StepFact): Edit[] {
  if (step.uses !== undefined && /@|^docker:|^\.\.?\//.test(step.uses)) return commented(document, step, step.uses);
  const edits: Edit[] = [];
  const minutes = entryOf(step.node, 'timeout-minutes');
  const limit = textOf(minutes?.value);
  if (minutes && !minutes.merged && !entryOf(step.node, 'timeout') && limit !== undefined && /^\d+$/.test(limit))
    edits.push({ range: minutes.key.range, text: 'timeout' }, { range: minutes.value.range, text: `${limit}m` });
  const goesOn = entryOf(step.node, 'continue-on-error');
  const answer = textOf(goesOn?.value);
  if (goesOn && !goesOn.merged && !entryOf(step.node, 'on-error') && (answer === 'true' || answer === 'false'))
    edits.push({ range: goesOn.key.range, text: 'on-error' }, { range: goesOn.value.range, text: answer === 'true' ? 'continue' : 'stop' });
  return edits;
}

/** Line by line, so that nothing of it is lost. None where something else stands on its first line. */
function commented(document: Document, step: StepFact, uses: string): Edit[] {
  const { lines, text } = document;
  const from = lines.position(step.node.range.start).line;
  const to = lines.position(step.node.range.end).line;
  const { start } = lines.range(from);
  const indent = /^( *)- +$/.exec(text.slice(start, step.node.range.start))?.[1];
  if (indent === undefined) return [];
  const edits: Edit[] = [insertAt(start, `${indent}# \`${uses}\` is an action of GitHub and cannot be converted:${lineBreak(document)}`)];
  for (let line = from; line <= to; line++) {
    const own = lines.range(line);
    const blanks = /^ */.exec(text.slice(own.start, own.end))?.[0].length ?? 0;
    edits.push(insertAt(own.start + Math.min(blanks, indent.length), '# '));
  }
  // At the same place the sentence comes first.
  return indent === '' ? [{ range: { start, end: start }, text: `${edits[0]?.text ?? ''}# ` }, ...edits.slice(2)] : edits;
}
