import type { Json } from '../../../runbook/core/json.ts';
import { createAutomaton } from './automaton.ts';
import { encodings } from './encodings.ts';
import { createScanner, type Patterns } from './scanner.ts';

/**
 * Hides secrets in text. `push` and `end` work on one stream, cut anywhere; `text` and `json` on a whole value, apart from the stream.
 * Found are: the secret itself, URL-encoded, JSON-escaped, in hex, in base64 at any alignment, and each line of a multi-line secret (from 4 characters on).
 * Not found is what a script transforms in any other way.
 */
export interface Redactor {
  /** What can be shown of the stream so far; keeps back only an end that could still become a secret. */
  push(chunk: string | Uint8Array): string;
  /** The rest of the stream. The next `push` begins a new one. */
  end(): string;
  text(whole: string): string;
  /** Texts, keys and numbers at any depth. */
  json<Value extends Json>(value: Value): Json;
  /** Hides one more secret from here on. */
  add(secret: string): void;
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const known = new Set(secrets.filter((secret) => secret.length > 0));
  let patterns = compile(known);
  let stale = false;
  const stream = createScanner(patterns);
  // Only when text comes again, so that many secrets added in a row cost one building.
  const refresh = () => {
    if (!stale) return;
    stale = false;
    patterns = compile(known);
    stream.use(patterns);
  };

  const text = (whole: string): string => {
    if (known.size === 0) return whole;
    refresh();
    const scanner = createScanner(patterns);
    const shown = scanner.push(Buffer.from(whole)) + scanner.end();
    return scanner.found() ? shown : whole;
  };
  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') return text(String(value)) === String(value) ? value : '***';
    if (value === null || typeof value === 'boolean') return value;
    if (isList(value)) return value.map(json);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), json(item)]));
  };

  // A string chunk may end inside a surrogate pair; its halves belong together.
  let half = '';
  return {
    push(chunk) {
      refresh();
      if (typeof chunk !== 'string') return stream.push(chunk);
      const whole = half + chunk;
      half = /[\ud800-\udbff]$/.test(whole) ? whole.slice(-1) : '';
      return stream.push(Buffer.from(half ? whole.slice(0, -1) : whole));
    },
    end() {
      refresh();
      const last = half ? stream.push(Buffer.from(half)) : '';
      half = '';
      return last + stream.end();
    },
    text,
    json,
    add(secret) {
      if (secret.length === 0 || known.has(secret)) return;
      known.add(secret);
      stale = true;
    },
  };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function compile(secrets: Iterable<string>): Patterns {
  const forms = [...secrets].map(encodings);
  return {
    exact: createAutomaton(forms.flatMap((form) => form.exact)),
    wrapped: createAutomaton(forms.flatMap((form) => form.wrapped)),
  };
}
