import type { Range } from './lines.ts';

/** What reading the text found; each code is also a rule, which documents it. */
const codes = [
  'file-too-large',
  'not-text',
  'empty-file',
  'yaml-syntax',
  'tab-indentation',
  'duplicate-key',
  'multiple-documents',
  'alias-expansion',
  'nested-too-deeply',
] as const;
export type SyntaxCode = (typeof codes)[number];
export const syntaxCodes: ReadonlySet<string> = new Set(codes);

export interface SyntaxProblem {
  readonly code: SyntaxCode;
  readonly range: Range;
  readonly message: string;
}
