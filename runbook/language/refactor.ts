import type { Analysis } from '../analyse.ts';
import type { Document, StepFact } from '../document.ts';
import { entryOf } from '../syntax/tree.ts';
import { appendTo, type Edit } from './edit.ts';
import { stepAt } from './known.ts';
import { convertSteps } from './refactor/convert-steps.ts';
import { extractAction } from './refactor/extract-action.ts';
import { wrapInParallel } from './refactor/wrap-in-parallel.ts';

export interface Refactoring {
  readonly title: string;
  readonly kind: 'extract' | 'rewrite';
  readonly edits: readonly Edit[];
  /** A file that comes to be with it: the name of an action, and its text. */
  readonly action?: { readonly name: string; readonly text: string };
}

/** What could be made of the steps that a selection touches. Nothing where the file cannot be read as a whole. */
export function refactorings({ document }: Analysis, start: number, end: number): Refactoring[] {
  if (document.syntax.problems.length > 0) return [];
  const step = stepAt(document, start);
  if (!step) return [];
  const found = [
    ...wrapInParallel(document, start, end),
    ...(start === end || stepAt(document, end) === step ? extractAction(document, step) : []),
  ];
  for (const [key, value, fits] of additions) {
    const edit =
      fits(step) && !entryOf(step.node, key) ? appendTo(document, step.node, [{ name: key, value: value(document, step) }]) : undefined;
    if (edit) found.push({ title: `Add \`${key}\` to the step`, kind: 'rewrite', edits: [edit] });
  }
  return [...found, ...convertSteps(document)];
}

const works = ({ verb }: StepFact) => verb === 'run' || verb === 'uses';
/** In flow style, so that they fit wherever the step stands. */
const additions: readonly (readonly [
  key: string,
  value: (document: Document, step: StepFact) => string,
  fits: (step: StepFact) => boolean,
])[] = [
  ['approve', () => '{ message: "Go on?", timeout: 30m }', ({ verb }) => verb !== undefined && verb !== 'approve'],
  ['retry', () => '{ attempts: 3, delay: 5s }', works],
  ['timeout', () => '5m', works],
  ['undo', () => '{ run: "echo take it back" }', (step) => works(step) && step.role !== 'undo'],
];
