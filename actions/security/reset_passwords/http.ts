import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError } from '../../../runbook/core/errors.ts';
import { httpRequest } from '../../http/request/request.ts';
import { filled } from '../placeholders.ts';
import type { Accounts, Done, Found } from './accounts.ts';
import type { HttpSettings } from './settings.ts';

/** Accounts behind an HTTP service, which the settings describe. */
export function httpAccounts({ set, look, wrong }: HttpSettings, expire: boolean, context: ActionContext): Accounts {
  if (expire && !JSON.stringify(set).includes('{expire}'))
    throw wrong(
      'set holds {expire} nowhere, so the service would not be told to expire the password; put it there, or give the step `expire: false`',
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
