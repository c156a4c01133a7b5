import type { Json, JsonObject } from './json.ts';
import type { Risk, Step } from './model.ts';

/** What is known of an action without its code: the editor, the kernel and the command line read the same one. */
export interface ActionManifest {
  /** `pack/action`. */
  readonly name: string;
  readonly description: string;
  readonly category:
    | 'import'
    | 'analysis'
    | 'processing'
    | 'validation'
    | 'export'
    | 'integration'
    | 'containment'
    | 'notification'
    | 'investigation';
  readonly complexity: 'simple' | 'moderate' | 'complex';
  readonly risk: Risk;
  /** Safe to repeat when nobody knows whether it took effect; may depend on one input, such as a request's method. */
  readonly idempotent: boolean | { readonly input: string; readonly in: readonly Json[]; readonly default: boolean };
  /** Types of target that it runs on; absent: the engine's own machine alone. */
  readonly targets?: readonly string[];
  /**
   * What it reads of the workspace's settings: `FILE` or `FILE.SECTION` of `.runwright/FILE.yaml`, such as `channels` or
   * `security.blocking`. Part of the snapshot and of what is approved, as a target is; may hold expressions with secrets.
   */
  readonly settings?: string;
  /** It can say what it would do, and does nothing else, when its input `check` is true: a dry run runs it so. */
  readonly check?: boolean;
  /** What it reaches, in words for a person: `address`, `file`, `host`; the input that names it is beside. Shown on a confirmation. */
  readonly touches?: readonly { readonly what: string; readonly input: string }[];
  /** JSON Schema (draft-07) of `with`; every property has a description. */
  readonly inputs: JsonObject;
  /** Output name → type in words and description. */
  readonly outputs: Readonly<
    Record<string, { readonly type: 'string' | 'number' | 'boolean' | 'list' | 'object' | 'any'; readonly description: string }>
  >;
  /** Takes it back, where the step has no `undo` of its own. Sees `inputs`, as the step gave them, and `result`, its outputs. */
  readonly undo?: { readonly uses: string; readonly with: Readonly<Record<string, Json>> } | Step;
  /** One of the workspace's own that opens steps: each of them has its own tries and time. */
  readonly madeOf?: 'steps';
  /** A usual duration in milliseconds, for estimates. */
  readonly estimate: number;
  readonly example?: Readonly<Record<string, Json>>;
}
