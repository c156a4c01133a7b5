import type { Range } from '../syntax/lines.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'action' | 'step' | 'input' | 'secret' | 'output' | 'context' | 'function' | 'variable';
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly insert: string;
  /** What the inserted text replaces. */
  readonly range: Range;
  /** Ask for completions again after inserting: there is more to choose. */
  readonly again?: boolean;
}
