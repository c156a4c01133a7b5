import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { httpRequest } from '../../http/request/request.ts';
import type { Accounts, Done, Found } from './accounts.ts';
import { type HttpSettings, isObject, wrong } from './settings.ts';

/** Accounts behind an HTTP service, which the settings describe. */
export function httpAccounts({ set, look }: HttpSettings, expire: boolean, context: ActionContext): Accounts {
  if (expire && !JSON.stringify(set).includes('{expire}'))
    throw wrong(
      'http.set holds {expire} nowhere, so the service would not be told to expire the password; put it there, or give the step `expire: false`',
    );
  return {
    async find(users) {
      const found: Found[] = [];
      for (const user of users) {
        const outcome = look ? await httpRequest(filled(look, { user }), context) : undefined;
        if (outcome?.kind === 'cancelled') context.signal.throwIfAborted();
        if (outcome?.kind === 'failed' && outcome.error.class !== 'not-found') throw new ProblemError(outcome.error);
        if (outcome?.kind === 'failed') found.push({ kind: 'refused', user, why: 'there is no such account' });
        else if (/^(root|admin|administrator)$/i.test(user))
          found.push({ kind: 'special', user, key: user, why: 'it has the rights of an administrator' });
        else found.push({ kind: 'there', user, key: user });
      }
      return found;
    },
    async set({ key }, password): Promise<Done> {
      const outcome = await httpRequest(filled(set, { user: key, password, expire }), context);
      if (outcome.kind === 'succeeded') return { kind: 'done', expired: expire };
      if (outcome.kind === 'cancelled') return { kind: 'unknown', why: 'the request was broken off' };
      const { error } = outcome;
      // A status below 500 is a refusal; anything else may have been carried out before it went wrong.
      const certain = error.code === 'http-status' && error.class !== 'server-error' && error.class !== 'timeout';
      return certain ? { kind: 'unchanged', why: error.message, error } : { kind: 'unknown', why: error.message };
    },
    close: async () => {},
  };
}

/** A text that is `{expire}` alone becomes true or false; inside an address each value is encoded. */
export function filled(request: JsonObject, values: Readonly<Record<string, string | boolean>>): JsonObject {
  const put = (text: string, encode: (value: string) => string) =>
    text.replace(/\{(user|password|expire)\}/g, (whole, name: string) =>
      values[name] === undefined ? whole : encode(String(values[name])),
    );
  const walk = (value: Json): Json => {
    if (value === '{expire}' && values.expire !== undefined) return values.expire;
    if (typeof value === 'string') return put(value, (text) => text);
    if (Array.isArray(value)) return value.map(walk);
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)])) : value;
  };
  const { url, body, ...rest } = request;
  const whole = walk(rest);
  return {
    method: 'POST',
    ...(isObject(whole) ? whole : {}),
    url: put(String(url), encodeURIComponent),
    // In a body as text a value must not become more than a value: forms are encoded, JSON belongs under `json`.
    ...(body === undefined ? {} : { body: put(String(body), encodeURIComponent) }),
  };
}
