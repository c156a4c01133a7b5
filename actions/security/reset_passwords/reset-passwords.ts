import type { ActionCode, ActionContext } from '../../../engine/connectors/action.ts';
import type { Outcome } from '../../../engine/kernel/command.ts';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import type { Account, Accounts, Done, Found } from './accounts.ts';
import { newPassword, secretName } from './secret.ts';
import { type Method, methods, type PasswordSettings, readSettings } from './settings.ts';

interface Result {
  readonly reset: Json[];
  readonly failed: Json[];
}

/**
 * 1. Every account is found, and none refused, before the first one is changed.
 * 2. A password is in the store before it is set: none is set that nobody has.
 * 3. What was reset stays so and is named, whatever happens to the rest; who is in between is `unknown`.
 */
export const resetPasswords: ActionCode = async (input, context) => {
  const expire = input.expire !== false;
  let accounts: Accounts | undefined;
  try {
    const settings = readSettings(context.settings);
    const users = usersOf(input.users);
    const method = methodOf(input.method, settings, context);
    accounts = await open(method, settings, expire, context);
    const found = await accounts.find(users);
    const allowed = (one: Found): one is Exclude<Found, { kind: 'refused' }> =>
      one.kind === 'there' || (one.kind === 'special' && settings.allow.includes(one.user));
    const there = found.filter(allowed);
    const refused = found.flatMap((one) => (one.kind === 'there' || allowed(one) ? [] : [one]));
    const [first] = refused;
    if (first)
      return failed(problem('accounts-refused', { count: refused.length, all: users.length, first: `${first.user}: ${first.why}` }), {
        reset: [],
        reset_count: 0,
        failed: refused.map(({ user, why }) => ({ user, why, state: 'unchanged' })),
        method,
      });
    if (input.check === true) {
      for (const { user } of there) context.log(`${user}: would get a new password, kept as ${secretName(user)}`);
      const reset = there.map(({ user }) => ({ user, secret: secretName(user), expired: expire }));
      return { kind: 'succeeded', outputs: { reset, reset_count: reset.length, failed: [], method } };
    }
    const result: Result = { reset: [], failed: [] };
    let stop: Problem | undefined;
    for (const account of there) {
      stop ??= context.signal.aborted ? problem('step-cancelled') : undefined;
      if (stop) result.failed.push({ user: account.user, why: stop.message, state: 'unchanged' });
      else stop = await resetOne(account, accounts, settings.length, context, result);
    }
    const outputs = { reset: result.reset, reset_count: result.reset.length, failed: result.failed, method };
    if (result.failed.length === 0) return { kind: 'succeeded', outputs };
    if (context.signal.aborted) return failed(problem('step-cancelled'), outputs);
    const [why] = result.failed.map((one) => Object(one)).map(({ user, why }) => `${user}: ${why}`);
    return failed(problem('accounts-partly', { done: result.reset.length, all: there.length, first: why ?? '' }), outputs);
  } catch (error) {
    if (error instanceof ProblemError) return failed(error.problem);
    if (context.signal.aborted) return { kind: 'cancelled' };
    throw error;
  } finally {
    await accounts?.close();
  }
};

/** A problem that stops all the rest: the store does not take what must not be lost. */
async function resetOne(
  account: Account,
  accounts: Accounts,
  length: number,
  context: ActionContext,
  { reset, failed }: Result,
): Promise<Problem | undefined> {
  const { user } = account;
  const password = newPassword(length);
  const secret = secretName(user);
  let version: number;
  try {
    version = await context.keepSecret(secret, password);
  } catch (error) {
    const why = error instanceof ProblemError ? error.problem : problem('internal', { why: 'the secret could not be kept' });
    failed.push({ user, why: why.message, state: 'unchanged' });
    return why;
  }
  const done: Done = await accounts.set(account, password);
  const expired = done.kind === 'done' && done.expired;
  if (done.kind === 'done' || done.kind === 'not-expired') {
    reset.push({ user, secret, version, expired });
    context.log(`${user}: new password, kept as ${secret} (version ${version})${expired ? ', to be changed at the next login' : ''}`);
  }
  if (done.kind === 'done') return undefined;
  failed.push({ user, why: done.why, state: done.kind, secret, version });
  context.log(`${user}: ${sentences[done.kind]}: ${done.why}`);
  return undefined;
}

const sentences: Readonly<Record<Exclude<Done['kind'], 'done'>, string>> = {
  unchanged: 'the old password stays, and what the store has is not in effect',
  unknown: 'it is not known whether the new password is set',
  'not-expired': 'the new password is set and does not expire',
};

async function open(method: Method, settings: PasswordSettings, expire: boolean, context: ActionContext): Promise<Accounts> {
  const missing = () => new ProblemError(problem('accounts-where', { method }));
  if (method === 'unix') {
    const { unixAccounts } = await import('./unix.ts');
    return unixAccounts({ host: await context.host(), ...settings.unix, expire });
  }
  if (method === 'ldap') {
    if (!settings.ldap) throw missing();
    const { ldapAccounts } = await import('./ldap.ts');
    return ldapAccounts(settings.ldap, expire);
  }
  if (!settings.http) throw missing();
  const { httpAccounts } = await import('./http.ts');
  return httpAccounts(settings.http, expire, context);
}

/** Nobody's passwords on this machine are meant where nobody said so. */
function methodOf(given: Json | undefined, settings: PasswordSettings, { connection }: ActionContext): Method {
  const asked = methods.find((method) => method === given) ?? settings.method ?? (connection?.type === 'ssh' ? 'unix' : undefined);
  if (!asked) throw new ProblemError(problem('accounts-method'));
  return asked;
}

function usersOf(given: Json | undefined): string[] {
  const all = Array.isArray(given) ? given.map(String) : String(given ?? '').split(',');
  const users = [...new Set(all.map((user) => user.trim()).filter((user) => user !== ''))];
  const odd = users.find((user) => /[\p{Cc}]/u.test(user));
  const why =
    users.length === 0
      ? 'users names nobody'
      : odd === undefined
        ? undefined
        : 'a name under users holds a line end or another control character';
  if (why !== undefined) throw new ProblemError(problem('action-input', { action: 'security/reset_passwords', why }));
  return users;
}

const failed = (error: Problem, outputs?: Record<string, Json>): Outcome => ({ kind: 'failed', error, ...(outputs ? { outputs } : {}) });
