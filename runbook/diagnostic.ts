import type { Range } from './syntax/lines.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Diagnostic {
  /** The rule's code; docs/diagnostics/CODE.md explains it. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Offsets in UTF-16 units; `report` gives lines and columns. */
  readonly range: Range;
  /** What a quick fix needs to know. */
  readonly fix?: Fix;
}

/** A mistake whose repair is known; language/fixes.ts turns each kind into edits. */
export type Fix =
  /** The range itself, replaced by one of these, likeliest first. */
  | { readonly kind: 'replace'; readonly by: readonly string[] }
  /** An expression in a script: `range` is the whole `${{ }}`. */
  | { readonly kind: 'move-to-env'; readonly step: string; readonly expression: string }
  | { readonly kind: 'add-unit'; readonly number: string }
  /** Keys to add to the map that begins at `at`. */
  | {
      readonly kind: 'add-keys';
      readonly step: string;
      readonly into: 'with';
      readonly keys: readonly { readonly name: string; readonly value: string }[];
    };
