import type { SecretRef } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Request, SecretText } from '../kernel/request.ts';

/** Puts each secret text where it belongs; `valueFor` gives a secret's value, or what stands for it in a view. */
export function placeSecrets<R extends Request>(request: R, valueFor: (secret: SecretRef) => string): R {
  if (request.secretTexts.length === 0) return request;
  const copy = structuredClone(request) as R;
  for (const { at, parts } of request.secretTexts) {
    const text = parts.map((part) => (typeof part === 'string' ? part : valueFor(part))).join('');
    put(copy, at, text);
  }
  return copy;
}

/** Each secret once, with the version it must have. */
export function secretsOf(texts: readonly SecretText[]): SecretRef[] {
  const found = new Map<string, SecretRef>();
  for (const { parts } of texts) for (const part of parts) if (typeof part !== 'string') found.set(keyOf(part), part);
  return [...found.values()];
}

/** Tells secrets, and parts of one, apart; none of the names has a null. */
export const keyOf = ({ secret, version, path = [] }: SecretRef): string => [secret, version, ...path].join('\0');

/** What it is called where a person sees it. */
export const nameOf = ({ secret, path = [] }: SecretRef): string => [secret, ...path].join('.');

function put(root: object, pointer: string, text: string): void {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop();
  let at: unknown = root;
  for (const key of keys)
    at = at !== null && typeof at === 'object' && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
  if (last === undefined || at === null || typeof at !== 'object' || !Object.hasOwn(at, last))
    throw new Error(`the request has no place ${pointer}`);
  (at as Record<string, Json>)[last] = text;
}
