import type { SecretText } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';

export type { SecretText };

/**
 * What a step will do, after resolution: exactly what is approved, recorded and run.
 * Texts that hold a secret are empty in place and listed in `secretTexts`, so that outside text can never pose as a reference to a secret.
 */
export type Request =
  | {
      readonly kind: 'script';
      readonly script: string;
      /** A shell's name, or an argv to which nothing is added. */
      readonly shell: string | readonly string[];
      readonly workingDirectory: string;
      readonly env: Readonly<Record<string, string>>;
      /** A target's name; `connection` is what it means, resolved, with its `type`. None for `local`. */
      readonly target: string;
      readonly connection?: Readonly<Record<string, Json>>;
      readonly secretTexts: readonly SecretText[];
    }
  | {
      readonly kind: 'action';
      readonly action: string;
      readonly with: Readonly<Record<string, Json>>;
      readonly env: Readonly<Record<string, string>>;
      readonly target: string;
      readonly connection?: Readonly<Record<string, Json>>;
      readonly secretTexts: readonly SecretText[];
    }
  /** Runs nothing: the person agrees to the message. */
  | { readonly kind: 'gate'; readonly message: string; readonly secretTexts: readonly SecretText[] };
