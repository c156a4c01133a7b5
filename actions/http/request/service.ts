import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';

/** What an `http` target says of every request to it. */
export interface Service {
  /** Ends in a slash: everything that the target is for lies under it. */
  readonly base: URL;
  /** Names in lower case; `authorization` from `auth`. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Readers {
  url(value: Json | undefined): URL | string;
  headers(given: Readonly<Record<string, Json>>): Readonly<Record<string, string>> | string;
}

/** Throws `target-wrong`, which quotes no value. */
export function readService(connection: Readonly<Record<string, Json>>, read: Readers): Service {
  const base = read.url(connection.url);
  if (typeof base === 'string') return wrong(base);
  if (base.search !== '') return wrong('url has parameters; give them to each request as `query`');
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const headers = read.headers(mapping(connection.headers));
  if (typeof headers === 'string') return wrong(headers);
  const authorization = authorizationOf(mapping(connection.auth));
  return { base, headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) } };
}

/** An address relative to the target's, or a whole one under it: its credentials go nowhere else. A text says what is wrong. */
export function serviceUrl({ base }: Service, given: string): URL | string {
  if ([...given.trim()].some((char) => char <= ' ' || char === '\x7f'))
    return 'url holds a space or a control character; encode it, or use query';
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : base.href + given.replace(/^[/\\]+/, '');
  if (!URL.canParse(whole)) return 'url is not an address';
  const url = new URL(whole);
  url.hash = '';
  const inside = url.origin === base.origin && `${url.pathname}/`.startsWith(base.pathname) && url.username === '' && url.password === '';
  return inside ? url : `url leads away from the target, which is for ${base.origin}${base.pathname}; run such a step without it`;
}

function authorizationOf({ token, user, password }: Readonly<Record<string, Json>>): string | undefined {
  if (token !== undefined && user !== undefined) return wrong('auth has both token and user');
  if (typeof token === 'string') {
    // A line end would begin another header.
    return /^[\x21-\x7e]+$/.test(token.trim())
      ? `Bearer ${token.trim()}`
      : wrong('auth.token holds a character that no header may have, or nothing');
  }
  if (token !== undefined) return wrong('auth.token must be a text');
  if (user === undefined) return password === undefined ? undefined : wrong('auth has a password and no user');
  if (typeof user !== 'string' || user.includes(':')) return wrong('auth.user must be a text without a colon');
  if (password !== undefined && typeof password !== 'string') return wrong('auth.password must be a text');
  return `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
}

const mapping = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

function wrong(why: string): never {
  throw new ProblemError(problem('target-wrong', { target: 'of this step', why }));
}
