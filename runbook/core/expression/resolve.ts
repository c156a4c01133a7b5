import { ProblemError, problem } from '../errors.ts';
import type { Json } from '../json.ts';
import { type Contexts, failed, parsed, run, runAsText } from './evaluate.ts';
import { noSecrets, type SecretParts, type SecretText, secretOf } from './secret.ts';
import { hasExpression, parseTemplate } from './template.ts';

export interface Resolved<T extends Json = Json> {
  /** Texts that hold a secret are empty here. */
  readonly value: T;
  readonly secretTexts: readonly SecretText[];
}

/**
 * Puts values in place of the expressions. A text that is one expression takes on its value's type, any other stays text;
 * objects and lists are walked. `at` is the pointer of `value` in what it becomes part of. Throws `expression-failed` or `secret-missing`.
 */
export function resolveValue(value: Json, contexts: Contexts, at = ''): Resolved {
  const secretTexts: SecretText[] = [];
  const walk = (inner: Json, pointer: string): Json => {
    if (typeof inner === 'string') return textOrValue(inner, contexts, (parts) => secretTexts.push({ at: pointer, parts }));
    if (inner === null || typeof inner !== 'object') return inner;
    if (isList(inner)) return inner.map((item, index) => walk(item, `${pointer}/${index}`));
    return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, walk(item, `${pointer}/${escapePointer(key)}`)]));
  };
  return { value: walk(value, at), secretTexts };
}

/** resolveValue for each member of an object. */
export function resolveRecord(
  record: Readonly<Record<string, Json>>,
  contexts: Contexts,
  at = '',
): Resolved<Readonly<Record<string, Json>>> {
  const members = Object.entries(record).map(([key, value]) => ({ key, ...resolveValue(value, contexts, `${at}/${escapePointer(key)}`) }));
  return {
    value: Object.fromEntries(members.map(({ key, value }) => [key, value])),
    secretTexts: members.flatMap(({ secretTexts }) => secretTexts),
  };
}

/** Like resolveValue where only text is wanted (`env`, messages, paths): `parts` is there when the text holds a secret, and `text` then is empty. */
export function resolveText(text: string, contexts: Contexts): { readonly text: string; readonly parts?: SecretParts } {
  let found: SecretParts | undefined;
  const value = textOrValue(
    text,
    contexts,
    (parts) => {
      found = parts;
    },
    true,
  );
  return found === undefined ? { text: String(value) } : { text: '', parts: found };
}

/** One segment of an RFC 6901 pointer. */
export const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

function textOrValue(text: string, contexts: Contexts, secret: (parts: SecretParts) => void, asText = false): Json {
  if (!hasExpression(text)) return text;
  const { parts, problems } = parseTemplate(text);
  const [first] = parts;
  if (problems[0] !== undefined) throw failed(text, contexts, problems[0].message);
  const pieces: (string | SecretParts[number])[] = [];
  for (const part of parts) {
    if (part.kind === 'text') {
      pieces.push(part.text);
      continue;
    }
    const expression = parsed(part.source, contexts);
    if (contexts.leave?.(expression) === true) {
      pieces.push(`\${{${part.source}}}`);
      continue;
    }
    const held = contexts.secretsAllowed ? secretOf(expression, contexts.secrets ?? noSecrets) : undefined;
    if (held === undefined) {
      if (parts.length === 1 && part === first && !asText) return run(expression, contexts);
      pieces.push(runAsText(expression, contexts));
    } else if ('missing' in held) throw new ProblemError(problem('secret-missing', { secret: held.missing }));
    else pieces.push(...held.parts);
  }
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
  secret(joinTexts(pieces));
  return '';
}

function joinTexts(pieces: SecretParts): SecretParts {
  const joined: (string | SecretParts[number])[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
