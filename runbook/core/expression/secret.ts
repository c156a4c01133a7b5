import type { JsonObject } from '../json.ts';
import { property } from './data.ts';
import type { ParsedExpression } from './parse.ts';
import { type Reference, references, soleReference } from './references.ts';

/** A secret by name and version; its value is never here. `path`: names that lead to a part of a value that is JSON. */
export interface SecretRef {
  readonly secret: string;
  readonly version: number;
  readonly path?: readonly string[];
}

/** A text with secrets inside, in pieces, so that no outside text can pose as a reference to a secret. */
export type SecretParts = readonly (string | SecretRef)[];

/** A text with secrets inside, and the place (RFC 6901 pointer) where the runner puts it. */
export interface SecretText {
  readonly at: string;
  readonly parts: SecretParts;
}

/** Output name → the secret that it is, of one step. */
export type SecretOutputs = Readonly<Record<string, SecretRef>>;

/** Which secrets there are, and which `env` values, inputs and outputs of steps hold one. */
export interface SecretScope {
  /** Name → version of those with a value. */
  readonly secrets: Readonly<Record<string, number>>;
  readonly secretEnv: Readonly<Record<string, SecretParts>>;
  /** Of an action of one's own: inputs that were given one. */
  readonly secretInputs?: Readonly<Record<string, SecretParts>>;
  /** By step. */
  readonly secretOutputs?: Readonly<Record<string, SecretOutputs>>;
  /** Names of the secret ones among the outputs that `result` has. */
  readonly secretResult?: readonly string[];
}

export const noSecrets: SecretScope = { secrets: {}, secretEnv: {} };

/** The pieces if the whole expression is one secret, a secret output or a part of one, or one `env` value or input that holds some; `missing` names a secret without a value. */
export function secretOf(parsed: ParsedExpression, scope: SecretScope): { parts: SecretParts } | { missing: string } | undefined {
  const secret = soleReference(parsed, 'secrets');
  if (secret !== undefined) {
    const name = nameIn(scope.secrets, secret);
    return name === undefined ? { missing: secret } : { parts: [{ secret: name, version: scope.secrets[name] ?? 0 }] };
  }
  const output = outputRef(parsed, scope);
  if (output !== undefined) return { parts: [output] };
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

/** `steps.ID.outputs.NAME` and nothing else; more names behind it lead into the value. */
function outputRef(parsed: ParsedExpression, scope: SecretScope): SecretRef | undefined {
  if (!parsed.ok || scope.secretOutputs === undefined) return undefined;
  const [only, ...others] = references(parsed);
  if (only === undefined || others.length > 0 || only.dynamic) return undefined;
  const found = secretOutput(only, scope);
  // No operator and no function around it: it is everything that is written.
  if (found === undefined || parsed.source.trim() !== parsed.source.slice(only.start, only.end)) return undefined;
  const path = only.path.slice(3);
  return path.length === 0 ? found : { ...found, path };
}

function secretOutput({ context, path: [step, what, name] }: Reference, { secretOutputs = {} }: SecretScope): SecretRef | undefined {
  if (context !== 'steps' || step === undefined || name === undefined || what?.toLowerCase() !== 'outputs') return undefined;
  const key = nameIn(secretOutputs, step);
  const outputs = key === undefined ? undefined : secretOutputs[key];
  const output = outputs === undefined ? undefined : nameIn(outputs, name);
  return output === undefined ? undefined : outputs?.[output];
}

/** Would evaluating it read a secret, or an `env` value, input or output that holds one? A computed name might. */
export function touchesSecret(parsed: ParsedExpression, scope: SecretScope): boolean {
  return references(parsed).some((reference) => {
    const {
      context,
      path: [first],
    } = reference;
    if (context === 'secrets') return true;
    if (context === 'steps') return secretOutput(reference, scope) !== undefined;
    if (context === 'result')
      return first !== undefined && scope.secretResult?.some((name) => name.toLowerCase() === first.toLowerCase()) === true;
    const held = context === 'env' ? scope.secretEnv : context === 'inputs' ? (scope.secretInputs ?? {}) : {};
    return first === undefined ? Object.keys(held).length > 0 : nameIn(held, first) !== undefined;
  });
}

function nameIn(names: Readonly<Record<string, unknown>>, wanted: string): string | undefined {
  const flags: JsonObject = Object.fromEntries(Object.keys(names).map((name) => [name, name]));
  const name = property(flags, wanted);
  return typeof name === 'string' ? name : undefined;
}
