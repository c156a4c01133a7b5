import type { JsonObject } from '../json.ts';
import { property } from './data.ts';
import type { ParsedExpression } from './parse.ts';
import { references, soleReference } from './references.ts';

/** A secret by name and version; its value is never here. */
export interface SecretRef {
  readonly secret: string;
  readonly version: number;
}

/** A text with secrets inside, in pieces, so that no outside text can pose as a reference to a secret. */
export type SecretParts = readonly (string | SecretRef)[];

/** A text with secrets inside, and the place (RFC 6901 pointer) where the runner puts it. */
export interface SecretText {
  readonly at: string;
  readonly parts: SecretParts;
}

/** Which secrets there are, and which `env` values and inputs hold one. */
export interface SecretScope {
  /** Name → version of those with a value. */
  readonly secrets: Readonly<Record<string, number>>;
  readonly secretEnv: Readonly<Record<string, SecretParts>>;
  /** Of an action of one's own: inputs that were given one. */
  readonly secretInputs?: Readonly<Record<string, SecretParts>>;
}

export const noSecrets: SecretScope = { secrets: {}, secretEnv: {} };

/** The pieces if the whole expression is one secret, or one `env` value or input that holds some; `missing` names a secret without a value. */
export function secretOf(parsed: ParsedExpression, scope: SecretScope): { parts: SecretParts } | { missing: string } | undefined {
  const secret = soleReference(parsed, 'secrets');
  if (secret !== undefined) {
    const name = nameIn(scope.secrets, secret);
    return name === undefined ? { missing: secret } : { parts: [{ secret: name, version: scope.secrets[name] ?? 0 }] };
  }
  const held = [
    ['env', scope.secretEnv],
    ['inputs', scope.secretInputs ?? {}],
  ] as const;
  for (const [context, values] of held) {
    const given = soleReference(parsed, context);
    const name = given === undefined ? undefined : nameIn(values, given);
    if (name !== undefined) return { parts: values[name] ?? [] };
  }
  return undefined;
}

/** Would evaluating it read a secret, or an `env` value or input that holds one? A computed name might. */
export function touchesSecret(parsed: ParsedExpression, scope: SecretScope): boolean {
  return references(parsed).some(({ context, path: [first] }) => {
    if (context === 'secrets') return true;
    const held = context === 'env' ? scope.secretEnv : context === 'inputs' ? (scope.secretInputs ?? {}) : {};
    return first === undefined ? Object.keys(held).length > 0 : nameIn(held, first) !== undefined;
  });
}

function nameIn(names: Readonly<Record<string, unknown>>, wanted: string): string | undefined {
  const flags: JsonObject = Object.fromEntries(Object.keys(names).map((name) => [name, name]));
  const name = property(flags, wanted);
  return typeof name === 'string' ? name : undefined;
}
