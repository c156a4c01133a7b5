import { readFile } from 'node:fs/promises';
import type { Entry } from 'ldapts';
import { errorCode, networkCause } from '../../../engine/connectors/network.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Accounts, Done, Found } from './accounts.ts';
import type { LdapSettings } from './settings.ts';

/** RFC 3062. */
const modifyPassword = '1.3.6.1.4.1.4203.1.11.1';
const patience = { timeout: 15_000, connectTimeout: 10_000 };
/** Meanings of RFC 4511 that people can do something about. */
const meanings: Readonly<Record<number, string>> = {
  19: 'a rule for passwords is against it',
  32: 'there is no such entry',
  50: 'the account that asks has no right to',
  53: 'the server is unwilling to',
};

/** The accounts of a directory. The server hashes the passwords: they are sent over an encrypted connection, or stay on this machine. */
export async function ldapAccounts(settings: LdapSettings, expire: boolean): Promise<Accounts> {
  const { AndFilter, Attribute, BerWriter, Change, Client, EqualityFilter, FilterParser, ResultCodeError } = await import('ldapts');
  const { url, bindDn, password: own, base, attribute, startTls, firstId } = settings;
  const server = `The directory ${url.host}`;
  const said = (error: unknown): string => {
    if (error instanceof ResultCodeError) return `${meanings[error.code] ?? 'it answered'} (code ${error.code})`;
    const code = errorCode(error);
    return networkCause(code)?.why ?? (code || 'the connection failed');
  };
  const failure = (error: unknown): ProblemError => {
    if (error instanceof ProblemError) return error;
    if (error instanceof ResultCodeError)
      return new ProblemError(problem(error.code === 49 ? 'directory-login' : 'directory-refused', { server, why: said(error) }));
    const cause = networkCause(errorCode(error));
    const { class: kind, remedy } = cause ?? { class: 'network' };
    return new ProblemError(problem('directory-unreachable', { server, why: said(error) }, { class: kind, ...(remedy ? { remedy } : {}) }));
  };
  const only = (() => {
    try {
      return settings.filter === undefined ? undefined : FilterParser.parseString(settings.filter);
    } catch {
      throw settings.wrong('filter is no LDAP filter, such as (objectClass=person)');
    }
  })();
  const tls = { servername: url.hostname, ...(settings.ca === undefined ? {} : { ca: await authority(settings.ca, settings) }) };
  const client = new Client({ url: url.href.replace(/\/$/, ''), ...patience, ...(url.protocol === 'ldaps:' ? { tlsOptions: tls } : {}) });
  try {
    if (startTls) await client.startTLS(tls);
    await client.bind(bindDn, own);
  } catch (error) {
    await client.unbind().catch(() => {});
    throw failure(error);
  }
  let resettable = false;
  const shadow = new Set<string>();

  const one = async (user: string): Promise<Found> => {
    const no = (why: string): Found => ({ kind: 'refused', user, why });
    const called = new EqualityFilter({ attribute, value: user });
    const filter = only ? new AndFilter({ filters: [only, called] }) : called;
    const attributes = ['objectClass', 'uidNumber', 'loginShell', 'pwdAccountLockedTime'];
    let entries: Entry[];
    try {
      entries = (await client.search(base, { scope: 'sub', filter, attributes, sizeLimit: 2 })).searchEntries;
    } catch (error) {
      if (error instanceof ResultCodeError && error.code === 4) return no('more than one entry is called that');
      throw failure(error);
    }
    const [entry, another] = entries;
    if (!entry) return no('there is no such account');
    if (another) return no('more than one entry is called that');
    const kinds = texts(entry.objectClass).map((kind) => kind.toLowerCase());
    const [id] = texts(entry.uidNumber);
    const [shell = ''] = texts(entry.loginShell);
    if (kinds.includes('shadowaccount')) shadow.add(entry.dn);
    if (expire && !resettable && !shadow.has(entry.dn))
      return no('the directory has no way to expire its password (neither a password policy with pwdReset nor shadowAccount)');
    const special = (why: string): Found => ({ kind: 'special', user, key: entry.dn, why });
    if (/^(root|admin|administrator|krbtgt)$/i.test(user) || id === '0') return special('it has the rights of an administrator');
    if (sameName(entry.dn, bindDn)) return special('it is the account that this action logs in with');
    if (id !== undefined && Number(id) < firstId) return special(`it belongs to the system: its user id ${id} is below ${firstId}`);
    if (/\/(nologin|false)$/.test(shell)) return special(`it is for a service: its shell is ${shell.slice(0, 60)}`);
    if (!kinds.some((kind) => ['person', 'inetorgperson', 'organizationalperson', 'posixaccount', 'user'].includes(kind)))
      return special('it is no person’s: it is neither a person nor a posixAccount');
    if (texts(entry.pwdAccountLockedTime).includes('000001010000Z')) return special('it is locked, and a new password would open it');
    return { kind: 'there', user, key: entry.dn };
  };

  return {
    async find(users) {
      try {
        if (expire) resettable = await knowsReset();
        const found: Found[] = [];
        for (const user of users) found.push(await one(user));
        return found;
      } catch (error) {
        throw failure(error);
      }
    },
    async set({ key }, password): Promise<Done> {
      const value = new BerWriter();
      value.startSequence();
      value.writeString(key, 0x80);
      value.writeString(password, 0x82);
      value.endSequence();
      try {
        await client.exop(modifyPassword, value.buffer);
      } catch (error) {
        if (error instanceof ResultCodeError) return { kind: 'unchanged', why: said(error) };
        return { kind: 'unknown', why: said(error) };
      }
      if (!expire) return { kind: 'done', expired: false };
      const replace = (type: string, text: string) =>
        new Change({ operation: 'replace', modification: new Attribute({ type, values: [text] }) });
      try {
        if (resettable) await client.modify(key, replace('pwdReset', 'TRUE'));
        if (shadow.has(key)) await client.modify(key, replace('shadowLastChange', '0'));
        return { kind: 'done', expired: true };
      } catch (error) {
        return { kind: 'not-expired', why: said(error) };
      }
    },
    close: () => client.unbind().catch(() => {}),
  };

  /** Whether its schema has the attribute of the password policy that makes the next login change the password. */
  async function knowsReset(): Promise<boolean> {
    const root = await client.search('', { scope: 'base', attributes: ['subschemaSubentry'] });
    const [place] = texts(root.searchEntries[0]?.subschemaSubentry);
    if (place === undefined) return false;
    const schema = await client.search(place, { scope: 'base', filter: '(objectClass=*)', attributes: ['attributeTypes'] });
    return texts(schema.searchEntries[0]?.attributeTypes).some((type) => /NAME\s+(\(\s*)?[^)]*'pwdReset'/i.test(type));
  }
}

async function authority(given: string, { wrong }: LdapSettings): Promise<string> {
  if (given.includes('-----BEGIN')) return given;
  return readFile(given, 'utf8').catch(() => {
    throw wrong('ca is neither PEM text nor the path of a file that can be read');
  });
}

function texts(value: Entry[string] | undefined): string[] {
  return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);
}

const sameName = (one: string, other: string) =>
  one.replace(/\s*([,=])\s*/g, '$1').toLowerCase() === other.replace(/\s*([,=])\s*/g, '$1').toLowerCase();
