import type { SecretParts, SecretText } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';

export type { SecretText };

/**
 * What a step will do, after resolution: exactly what is approved, recorded and run.
 * Texts that hold a secret are empty in place and listed in `secretTexts`, so that outside text can never pose as a reference to a secret.
 */
export type Request =
  | {
      readonly kind: 'script';
      /** The action of one's own whose script it is. */
      readonly action?: string;
      readonly script: string;
      /** A shell's name, or an argv to which nothing is added. */
      readonly shell: string | readonly string[];
      readonly workingDirectory: string;
      readonly env: Readonly<Record<string, string>>;
      /** A target's name; `connection` is what it means, resolved, with its `type`. None for `local`. */
      readonly target: string;
      readonly connection?: Readonly<Record<string, Json>>;
      /** Of an action: as below. */
      readonly retryWith?: Readonly<Record<string, Json>>;
      readonly secretTexts: readonly SecretText[];
    }
  | {
      readonly kind: 'action';
      readonly action: string;
      readonly with: Readonly<Record<string, Json>>;
      /** `retry.with` as written: later attempts replace these parts of `with`, and whoever approves has seen them. */
      readonly retryWith?: Readonly<Record<string, Json>>;
      /** Absolute: where relative paths in `with` begin. */
      readonly workingDirectory: string;
      /** Absolute path of the workspace's `.runwright`, which may not exist. */
      readonly workspace: string;
      /** What the workspace says under the manifest's `settings`, resolved. */
      readonly settings?: Json;
      readonly env: Readonly<Record<string, string>>;
      readonly target: string;
      readonly connection?: Readonly<Record<string, Json>>;
      /** Where the step says so and the action only reads: an outcome of the same request and key not older than `ttl` milliseconds will do. */
      readonly cache?: { readonly key: string; readonly ttl: number };
      readonly secretTexts: readonly SecretText[];
    }
  /** Runs nothing outside the kernel: the person agrees to the message and, where the step opens something, to what that is. */
  | { readonly kind: 'gate'; readonly message: string; readonly opens?: Opening; readonly secretTexts: readonly SecretText[] };

/** What a step opens that the kernel itself carries out, resolved. */
export type Opening =
  | { readonly verb: 'parallel' }
  | { readonly verb: 'for-each'; readonly items: readonly Json[] }
  | { readonly verb: 'repeat' }
  /** Index of the branch that holds; none where it is absent. */
  | { readonly verb: 'switch'; readonly branch?: number }
  /** `file`: absolute path, a key of the snapshot's `calls`. `action`: it is one of one's own; inputs that hold a secret are empty. */
  | {
      readonly verb: 'call';
      readonly file: string;
      readonly inputs: Readonly<Record<string, Json>>;
      readonly action?: string;
      readonly secretInputs?: Readonly<Record<string, SecretParts>>;
    }
  /** Milliseconds. Without `for` it waits until the step's condition holds, looked at every `every`, at most `timeout`. */
  | { readonly verb: 'wait'; readonly for?: number; readonly every?: number; readonly timeout?: number }
  | { readonly verb: 'set'; readonly values: Readonly<Record<string, Json>> };
