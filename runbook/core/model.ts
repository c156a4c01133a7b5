import type { Json } from './json.ts';

/**
 * A runbook as the engine runs it: plain data without positions, except a step's line, which editors show a status on.
 * Keys are the language's own in camel case; a text may still hold `${{ }}`, and what the language calls a bare expression has lost its braces.
 */
export interface Runbook {
  readonly name: string;
  readonly description?: string;
  readonly risk?: Risk;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly secrets: readonly string[];
  /** Those of the runbook; the workspace's shared ones join them in the snapshot. */
  readonly targets: Readonly<Record<string, TargetSpec>>;
  readonly env: Readonly<Record<string, string>>;
  readonly defaults: { readonly timeout?: Duration; readonly retry?: Retry };
  readonly triggers: readonly Trigger[];
  readonly concurrency?: Concurrency;
  readonly steps: readonly Step[];
  readonly verify: readonly Step[];
  readonly onFailure: 'stop' | 'rollback' | readonly Step[];
  readonly onCancel: readonly Step[];
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

/** Where a step runs: `type` (local, ssh, postgres, mysql, http) and that type's own keys as written; texts may hold `${{ }}`, secrets too. */
export type TargetSpec = { readonly type: string } & Readonly<Record<string, Json>>;

/** What starts a run by itself. */
export type Trigger =
  | { readonly kind: 'schedule'; readonly cron: string; readonly timezone?: string; readonly with: Readonly<Record<string, Json>> }
  | {
      readonly kind: 'alert';
      readonly source?: string;
      /** A bare expression over `alert`. */
      readonly match?: string;
      readonly key?: string;
      readonly window?: Duration;
      readonly with: Readonly<Record<string, Json>>;
    };

export interface Concurrency {
  /** May hold `${{ }}` over `inputs`. */
  readonly group: string;
  readonly onBusy: 'queue' | 'reject' | 'cancel';
}

export interface Step {
  /**
   * Unique among all steps of the runbook, and the pattern of the paths that its instances get in a run:
   * the id, else `#n` counted over its list, behind the prefix of its list (see plan.ts).
   */
  readonly path: string;
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  /** 1-based line in the source, where the step begins. */
  readonly line: number;
  readonly verb: Verb;
  /** A bare expression. */
  readonly if?: string;
  /** Ids of steps of the same list. Undefined: follows the one before; empty: starts at once. */
  readonly needs?: readonly string[];
  /** Name of a target. */
  readonly target?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeout?: Duration;
  readonly retry?: Retry;
  /** Asked before the verb runs; a gate of its own has the verb `approve` instead. */
  readonly approve?: Approval;
  readonly risk?: Risk;
  readonly undo?: Step;
  /** Of an undo that its action's manifest gives: it sees that step's `inputs` (its `with`) and `result` (its outputs), not the runbook's. */
  readonly byAction?: true;
  /** Taken in order when the step has failed for good. Inherits as undo does. */
  readonly fallback?: readonly Step[];
  readonly onError: 'stop' | 'continue';
  readonly idempotent?: boolean;
  /** Name → value over `result`, added to the verb's own outputs. */
  readonly outputs: Readonly<Record<string, Json>>;
  /** Names of outputs that are secret. */
  readonly secretOutputs?: readonly string[];
  /** `key` may hold `${{ }}`. */
  readonly cache?: { readonly key: string; readonly ttl: Duration };
}

export type Verb =
  | { readonly kind: 'run'; readonly script: string; readonly shell?: string | readonly string[]; readonly workingDirectory?: string }
  | { readonly kind: 'uses'; readonly action: string; readonly with: Readonly<Record<string, Json>> }
  | { readonly kind: 'approve'; readonly approval: Approval }
  | { readonly kind: 'parallel'; readonly steps: readonly Step[]; readonly maxParallel?: number; readonly failFast?: boolean }
  /** `list`: a bare expression. `as`: the name that expressions see each item under. One item at a time unless `maxParallel` says more. */
  | {
      readonly kind: 'for-each';
      readonly list: string;
      readonly as: string;
      readonly steps: readonly Step[];
      readonly maxParallel?: number;
    }
  /** `until`: a bare expression, evaluated after each pass. */
  | {
      readonly kind: 'repeat';
      readonly until: string;
      readonly max?: number;
      readonly delay?: Duration;
      readonly steps: readonly Step[];
    }
  /** The first branch whose `if` (a bare expression) holds; one without it is the `else`. */
  | { readonly kind: 'switch'; readonly branches: readonly { readonly if?: string; readonly steps: readonly Step[] }[] }
  /** `file` as written, relative to the folder of the runbook that calls. */
  | { readonly kind: 'call'; readonly file: string; readonly with: Readonly<Record<string, Json>> }
  /** Either `for`, or `until` (a bare expression), looked at every `every`. */
  | {
      readonly kind: 'wait';
      readonly for?: Duration;
      readonly until?: string;
      readonly timeout?: Duration;
      readonly every?: Duration;
    }
  | { readonly kind: 'set'; readonly values: Readonly<Record<string, Json>> }
  | {
      readonly kind: 'agent';
      readonly goal: string;
      readonly tools: readonly string[];
      readonly model?: string;
      readonly maxTurns?: number;
    };

/** The output that lists the names of outputs left out for their length; there only when one was. An expression that reads one of them fails. */
export const tooLargeKey = 'too-large';

export interface Approval {
  readonly message?: string;
  /** Names of people or groups; whoever may approve where absent. */
  readonly approvers?: readonly string[];
  /** How many different people; 1 where absent. */
  readonly min?: number;
  readonly notRequester?: boolean;
  /** A question that runs out is rejected. */
  readonly timeout?: Duration;
  readonly escalate?: { readonly after: Duration; readonly to: readonly string[] };
}

export interface Retry {
  /** All tries counted, the first included. */
  readonly attempts?: number;
  readonly delay?: Duration;
  readonly backoff?: 'constant' | 'exponential';
  readonly maxDelay?: Duration;
  /** Share of the delay that is random, or whether any is. */
  readonly jitter?: number | boolean;
  /** Error classes, `exit:N`, or `any`. */
  readonly on?: readonly string[];
  /** Replaces parameters of `with` on later attempts. Only on a step, not in `defaults`. */
  readonly with?: Readonly<Record<string, Json>>;
}
