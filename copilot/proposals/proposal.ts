import type { Diagnostic } from '../context/ports.ts';

/** A place in a text: lines and characters from 0, characters in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

export interface TextEdit {
  readonly range: { readonly start: Place; readonly end: Place };
  readonly newText: string;
}

/**
 * A change that a person may apply; nothing here writes a file. Every proposal was checked by the language;
 * `diagnostics` are those of the text as it would be, and hold errors only where the model could not mend them.
 */
export type Proposal = EditProposal | NewRunbookProposal;

export interface EditProposal {
  readonly kind: 'edit';
  /** Absolute path of the runbook. */
  readonly file: string;
  /** `sha256:…` of the text that the edits are for: they say nothing about any other. */
  readonly base: string;
  /** That text. */
  readonly before: string;
  /** In the order of the text, none over another. */
  readonly edits: readonly TextEdit[];
  /** The whole text as it would be. */
  readonly text: string;
  readonly summary: string;
  readonly diagnostics: readonly Diagnostic[];
}

export interface NewRunbookProposal {
  readonly kind: 'new';
  /** Path below the workspace's folder, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly summary: string;
  readonly diagnostics: readonly Diagnostic[];
}

export const isValid = ({ diagnostics }: Pick<Proposal, 'diagnostics'>): boolean =>
  !diagnostics.some(({ severity }) => severity === 'error');
