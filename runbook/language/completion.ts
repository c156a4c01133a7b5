import type { Range } from '../syntax/lines.ts';

/** More are of no use to anybody who reads them: where there are so many, the next letter asks again. */
export const most = 200;

export interface Completion {
  readonly label: string;
  readonly kind:
    | 'key'
    | 'value'
    | 'action'
    | 'step'
    | 'input'
    | 'secret'
    | 'output'
    | 'context'
    | 'function'
    | 'variable'
    | 'target'
    | 'file';
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly insert: string;
  /** What the inserted text replaces. */
  readonly range: Range;
  /** In place of `insert` where the editor knows snippets, with their syntax of the Language Server Protocol. */
  readonly snippet?: string;
  /** Ask for completions again after inserting: there is more to choose. */
  readonly again?: boolean;
}
