import type { Analysis } from '../../runbook/analyse.ts';
import type { Document, StepFact } from '../../runbook/document.ts';
import type { Edit } from '../../runbook/language/edit.ts';
import { findStep } from './steps.ts';

/** What a rule works on. */
export interface Editing {
  readonly analysis: Analysis;
  readonly document: Document;
  /** Offset of the cursor, for "this step". */
  readonly cursor?: number;
}

/** `why`: a sentence for the person, where the words are understood and cannot be done. */
export type Made = { readonly edits: readonly Edit[]; readonly summary: string } | { readonly why: string };

/** How people ask for one kind of edit. `groups` are the named groups of `says`, quotes taken off. */
export interface EditRule {
  readonly says: RegExp;
  make(editing: Editing, groups: Readonly<Record<string, string>>): Made;
}

export const cannot = (why: string): Made => ({ why });

/** The edit of one step that the words name. */
export function onStep(editing: Editing, words: string | undefined, make: (step: StepFact, name: string) => Made): Made {
  const step = findStep(editing.document, words ?? 'this', editing.cursor);
  if (step === undefined) {
    const ids = editing.document.steps.flatMap(({ id, role }) => (id === undefined || role !== 'step' ? [] : [id.name]));
    const known = ids.length === 0 ? '' : ` The steps are: ${ids.slice(0, 20).join(', ')}.`;
    return cannot(
      words === undefined || /^(?:this|it|that)/i.test(words.trim())
        ? `Which step is meant? Put the cursor into it, or name it.${known}`
        : `No step, or more than one, fits "${words.trim().slice(0, 80)}".${known}`,
    );
  }
  return make(step, step.id?.name ?? step.path);
}

export const changed = (edits: readonly Edit[], summary: string): Made =>
  edits.length === 0
    ? cannot('This place of the runbook is written in a way that the rules do not edit (several entries on one line, or a merged key).')
    : { edits, summary };
