import type { Range } from './lines.ts';

/** What reading the text found; each code is also a rule, which documents it. */
export type SyntaxCode =
  | 'file-too-large'
  | 'not-text'
  | 'empty-file'
  | 'yaml-syntax'
  | 'tab-indentation'
  | 'duplicate-key'
  | 'multiple-documents'
  | 'alias-expansion'
  | 'nested-too-deeply';

export interface SyntaxProblem {
  readonly code: SyntaxCode;
  readonly range: Range;
  readonly message: string;
}
