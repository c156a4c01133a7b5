import type { Document, StepFact } from '../../document.ts';
import { together } from '../../steps.ts';
import { entryOf } from '../../syntax/tree.ts';
import { lineBreak } from '../edit.ts';
import type { Refactoring } from '../refactor.ts';

/** Two or more selected steps of one list as branches that run at the same time: not where one says what it needs, or reads another. */
export function wrapInParallel(document: Document, start: number, end: number): Refactoring[] {
  const { steps, lines, text } = document;
  const selected = steps.filter(({ node, role }) => role === 'step' && node.range.start <= end && start <= node.range.end);
  const [first] = selected.filter((step) => !selected.some((other) => other === step.parent));
  if (!first || first.node.flow) return [];
  const group = selected.filter((step) => together(step, first));
  const last = group.at(-1);
  if (group.length < 2 || !last || group.some((step) => entryOf(step.node, 'needs') || step.node.flow) || dependsInside(document, group))
    return [];
  const from = lines.position(first.node.range.start).line;
  const to = lines.position(last.node.range.end).line;
  const opening = /^( *)-( +)\S/.exec(text.slice(lines.range(from).start, lines.range(from).end));
  if (!opening) return [];
  const dash = opening[1] ?? '';
  const body = text.slice(lines.range(from).start, lines.range(to).end);
  // Four columns deeper, line by line: a script keeps its own shape.
  const moved = body.replaceAll(/^(?=[^\r\n])/gm, '    ');
  const range = { start: lines.range(from).start, end: lines.range(to).end };
  const edits = [{ range, text: `${dash}- parallel:${lineBreak(document)}${moved}` }];
  return [{ title: `Run these ${group.length} steps at the same time`, kind: 'rewrite', edits }];
}

/** One of them reads another, by any word that could be its name. */
function dependsInside({ text }: Document, group: readonly StepFact[]): boolean {
  const names = group.flatMap(({ id }) => id?.name.toLowerCase() ?? []);
  return group.some(({ node, id }) => {
    const own = text.slice(node.range.start, node.range.end).toLowerCase();
    return names.some((name) => name !== id?.name.toLowerCase() && new RegExp(`steps\\s*(?:\\.\\s*|\\[\\s*')${name}(?![\\w-])`).test(own));
  });
}
