import type { ProblemError } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { Settings } from '../settings.ts';

export const methods = ['ldap', 'unix', 'http'] as const;
export type Method = (typeof methods)[number];

export interface PasswordSettings {
  readonly method?: Method;
  /** Characters of a new password. */
  readonly length: number;
  /** Accounts that would be refused, and are not. */
  readonly allow: readonly string[];
  readonly ldap?: LdapSettings;
  readonly unix: { readonly sudo: boolean; readonly firstId: number };
  readonly http?: HttpSettings;
}

export interface LdapSettings {
  readonly url: URL;
  readonly bindDn: string;
  readonly password: string;
  readonly base: string;
  readonly attribute: string;
  readonly filter?: string;
  readonly startTls: boolean;
  /** PEM text, or the absolute path of a file. */
  readonly ca?: string;
  readonly firstId: number;
  wrong(why: string): ProblemError;
}

/** Both as `http/request` takes them, with `{user}`, `{password}` and `{expire}` in their texts. */
export interface HttpSettings {
  readonly set: JsonObject;
  readonly look?: JsonObject;
  wrong(why: string): ProblemError;
}

/** Reads `passwords` of `.runwright/security.yaml`. Throws `security-settings`, which quotes no value: one may be secret. */
export function readSettings(given: Json | undefined): PasswordSettings {
  const all = new Settings('passwords', given, ['method', 'length', 'allow', 'ldap', 'unix', 'http']);
  const method = all.choice('method', methods);
  const unix = all.part('unix', ['sudo', 'first-id']);
  return {
    ...(method ? { method } : {}),
    length: all.number('length', 20, 12, 128),
    allow: all.list('allow').map((name) => {
      if (typeof name !== 'string') throw all.wrong('allow must be a list of login names');
      return name;
    }),
    ...(all.has('ldap') ? { ldap: ldapSettings(all) } : {}),
    unix: { sudo: unix.flag('sudo', false), firstId: firstId(unix) },
    ...(all.has('http') ? { http: httpSettings(all) } : {}),
  };
}

function ldapSettings(all: Settings): LdapSettings {
  const ldap = all.part('ldap', ['url', 'bind-dn', 'password', 'base', 'attribute', 'filter', 'start-tls', 'ca', 'first-id']);
  const url = ldap.needed('url');
  if (!URL.canParse(url) || !/^ldaps?:\/\/[^/?#@]+\/?$/i.test(url))
    throw ldap.wrong('url must be an address such as ldaps://ldap.example.net');
  const parsed = new URL(url);
  const startTls = ldap.flag('start-tls', false);
  const loopback = /^(localhost|127\.[\d.]+|\[::1\])$/.test(parsed.hostname);
  if (parsed.protocol === 'ldap:' && !startTls && !loopback)
    throw ldap.wrong('url would send passwords in the clear; use ldaps://, or start-tls: true');
  if (parsed.protocol === 'ldaps:' && startTls) throw ldap.wrong('start-tls is for ldap:// addresses; ldaps:// is encrypted already');
  const [filter, ca] = [ldap.text('filter'), ldap.text('ca')];
  return {
    url: parsed,
    bindDn: ldap.needed('bind-dn'),
    password: ldap.needed('password'),
    base: ldap.needed('base'),
    attribute: ldap.text('attribute') ?? 'uid',
    ...(filter === undefined ? {} : { filter }),
    startTls,
    ...(ca === undefined ? {} : { ca }),
    firstId: firstId(ldap),
    wrong: (why) => ldap.wrong(why),
  };
}

function httpSettings(all: Settings): HttpSettings {
  const http = all.part('http', ['set', 'look']);
  const [set, look] = [http.request('set'), http.request('look')];
  if (!set) throw http.wrong('set, the request that sets a password, is not there');
  if (String(set.url).includes('{password}'))
    throw http.wrong('set.url holds {password}; an address stands in logs: put it into json or body');
  if (!JSON.stringify(set).includes('{password}')) throw http.wrong('set holds {password} nowhere, so the service would not be told it');
  return { set, ...(look ? { look } : {}), wrong: (why) => http.wrong(why) };
}

const firstId = (settings: Settings) => settings.number('first-id', 1000, 0, 2 ** 31);
