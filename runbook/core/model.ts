import type { Json } from './json.ts';

/**
 * A runbook as the engine runs it: plain data without positions, except a step's line, which editors show a status on.
 * Keys are the language's own in camel case; a text may still hold `${{ }}`.
 */
export interface Runbook {
  readonly name: string;
  readonly description?: string;
  readonly risk?: Risk;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly secrets: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly defaults: { readonly timeout?: Duration; readonly retry?: Retry };
  readonly steps: readonly Step[];
  readonly verify: readonly Step[];
  readonly onFailure: 'stop' | 'rollback' | readonly Step[];
  readonly finally: readonly Step[];
  readonly outputs: Readonly<Record<string, Json>>;
}

/** Ordered: a later one is higher. */
export const risks = ['low', 'medium', 'high', 'critical'] as const;
export type Risk = (typeof risks)[number];

/** As written, such as `1h30m` or `PT5M`; `seconds()` in duration.ts gives the number. */
export type Duration = string;

export const inputTypes = ['string', 'number', 'integer', 'boolean', 'choice', 'duration', 'list', 'object', 'file'] as const;
export type InputType = (typeof inputTypes)[number];

export interface InputSpec {
  readonly type: InputType;
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: Json;
  readonly options?: readonly Json[];
  readonly format?: 'ip' | 'ipv4' | 'ipv6' | 'cidr' | 'hostname' | 'uri' | 'email' | 'date-time';
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly items?: InputSpec;
}

export interface Step {
  /** Unique among all steps of the runbook: the id, else `#n` counted over its list; in other lists than `steps` with that list's name in front (`finally/#1`, `undo/block`). */
  readonly path: string;
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  /** 1-based line in the source, where the step begins. */
  readonly line: number;
  readonly verb: Verb;
  /** A bare expression. */
  readonly if?: string;
  readonly target?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeout?: Duration;
  readonly retry?: Retry;
  /** Asked before the verb runs; a gate of its own has the verb `approve` instead. */
  readonly approve?: Approval;
  readonly risk?: Risk;
  readonly undo?: Step;
  readonly onError: 'stop' | 'continue';
  readonly idempotent?: boolean;
  /** Name → value over `result`, added to the verb's own outputs. */
  readonly outputs: Readonly<Record<string, Json>>;
}

export type Verb =
  | { readonly kind: 'run'; readonly script: string; readonly shell?: string | readonly string[]; readonly workingDirectory?: string }
  | { readonly kind: 'uses'; readonly action: string; readonly with: Readonly<Record<string, Json>> }
  | { readonly kind: 'approve'; readonly approval: Approval };

/** The output that lists the names of outputs left out for their length; there only when one was. An expression that reads one of them fails. */
export const tooLargeKey = 'too-large';

export interface Approval {
  readonly message?: string;
  readonly timeout?: Duration;
}

export interface Retry {
  /** All tries counted, the first included. */
  readonly attempts?: number;
  readonly delay?: Duration;
  readonly backoff?: 'constant' | 'exponential';
  readonly maxDelay?: Duration;
  /** Error classes, `exit:N`, or `any`. */
  readonly on?: readonly string[];
}
