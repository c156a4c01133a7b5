import type { Fix, Severity } from './diagnostic.ts';
import type { Document } from './document.ts';
import type { ExpressionSite } from './expressions.ts';
import type { SchemaError } from './schema/validate.ts';
import type { Surroundings } from './surroundings.ts';
import type { Range } from './syntax/lines.ts';
import type { Whole } from './whole.ts';

/**
 * All that a rule may look at: one part of the runbook as if it were a runbook of its own, and what the rest declares.
 * `root`, `steps`, `inputs` and all other facts are those of the part; `whole` answers for the runbook.
 */
export interface Facts extends Document {
  readonly whole: Whole;
  readonly around: Surroundings;
  readonly schemaErrors: readonly SchemaError[];
  readonly expressions: readonly ExpressionSite[];
  /** The text here could not be read, so what seems to be missing may only be broken. */
  broken(range: Range): boolean;
}

export interface Finding {
  readonly range: Range;
  readonly message: string;
  readonly fix?: Fix;
}

/** One mistake that people make. Its examples are its test and its page in docs/diagnostics. */
export interface Rule {
  readonly code: string;
  readonly severity: Severity;
  /** What the code means and what to do, for its page. */
  readonly doc: string;
  /** It speaks of the runbook as a whole, and looks at nothing but `whole` and the keys at the top with their ranges. */
  readonly once?: true;
  /** Without what it checks no runbook can be built, so a comment cannot silence it. */
  readonly structural?: true;
  check(facts: Facts): Iterable<Finding>;
  /** Each has its findings marked as `<<…>>`; a text without `runbook:` gets the head that every runbook needs. */
  readonly bad: readonly string[];
  readonly good: readonly string[];
}
