import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';

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
}

/** Both as `http/request` takes them, with `{user}`, `{password}` and `{expire}` in their texts. */
export interface HttpSettings {
  readonly set: JsonObject;
  readonly look?: JsonObject;
}

/** Reads `passwords` of `.runwright/security.yaml`. Throws `settings-invalid`, which quotes no value: one may be secret. */
export function readSettings(given: Json | undefined): PasswordSettings {
  const all = part(given, '', ['method', 'length', 'allow', 'ldap', 'unix', 'http']);
  const length = all.length ?? 20;
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 12 || length > 128)
    throw wrong('length must be a number from 12 to 128');
  const method = methods.find((one) => one === all.method);
  if (all.method !== undefined && !method) throw wrong(`method must be one of ${methods.join(', ')}`);
  const allow = all.allow ?? [];
  if (!Array.isArray(allow) || !allow.every((name) => typeof name === 'string')) throw wrong('allow must be a list of login names');
  const unix = part(all.unix, 'unix', ['sudo', 'first-id']);
  return {
    ...(method ? { method } : {}),
    length,
    allow: allow.map(String),
    ...(all.ldap === undefined ? {} : { ldap: ldapSettings(all.ldap) }),
    unix: { sudo: flag(unix, 'unix', 'sudo'), firstId: number(unix, 'unix', 'first-id', 1000) },
    ...(all.http === undefined ? {} : { http: httpSettings(all.http) }),
  };
}

function ldapSettings(given: Json): LdapSettings {
  const ldap = part(given, 'ldap', ['url', 'bind-dn', 'password', 'base', 'attribute', 'filter', 'start-tls', 'ca', 'first-id']);
  const url = text(ldap, 'ldap', 'url');
  if (!URL.canParse(url) || !/^ldaps?:\/\/[^/?#@]+\/?$/i.test(url))
    throw wrong('ldap.url must be an address such as ldaps://ldap.example.net');
  const parsed = new URL(url);
  const startTls = flag(ldap, 'ldap', 'start-tls');
  const loopback = /^(localhost|127\.[\d.]+|\[::1\])$/.test(parsed.hostname);
  if (parsed.protocol === 'ldap:' && !startTls && !loopback)
    throw wrong('ldap.url would send passwords in the clear; use ldaps://, or start-tls: true');
  if (parsed.protocol === 'ldaps:' && startTls) throw wrong('ldap.start-tls is for ldap:// addresses; ldaps:// is encrypted already');
  return {
    url: parsed,
    bindDn: text(ldap, 'ldap', 'bind-dn'),
    password: text(ldap, 'ldap', 'password'),
    base: text(ldap, 'ldap', 'base'),
    attribute: ldap.attribute === undefined ? 'uid' : text(ldap, 'ldap', 'attribute'),
    ...(ldap.filter === undefined ? {} : { filter: text(ldap, 'ldap', 'filter') }),
    startTls,
    ...(ldap.ca === undefined ? {} : { ca: text(ldap, 'ldap', 'ca') }),
    firstId: number(ldap, 'ldap', 'first-id', 1000),
  };
}

function httpSettings(given: Json): HttpSettings {
  const http = part(given, 'http', ['set', 'look']);
  const request = (name: 'set' | 'look'): JsonObject => {
    const value = http[name];
    if (!isObject(value) || typeof value.url !== 'string') throw wrong(`http.${name} must be a map with a url, as http/request takes it`);
    if (value.url.includes('{password}'))
      throw wrong(`http.${name}.url holds {password}; an address stands in logs: put it into json or body`);
    return value;
  };
  const set = request('set');
  if (!JSON.stringify(set).includes('{password}')) throw wrong('http.set holds {password} nowhere, so the service would not be told it');
  return { set, ...(http.look === undefined ? {} : { look: request('look') }) };
}

export const wrong = (why: string): ProblemError =>
  new ProblemError(problem('settings-invalid', { file: '.runwright/security.yaml', why: `under \`passwords\`, ${why}` }));

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function part(given: Json | undefined, name: string, known: readonly string[]): JsonObject {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw wrong(`${name} must be a map`);
  const other = Object.keys(given).find((key) => !known.includes(key) && !key.startsWith('x-'));
  if (other !== undefined)
    throw wrong(`${name === '' ? 'it' : name} has no key ${other.slice(0, 60)}; those there are: ${known.join(', ')}`);
  return given;
}

function text(of: JsonObject, name: string, key: string): string {
  const value = of[key];
  if (typeof value !== 'string' || value === '') throw wrong(`${name}.${key} must be a text`);
  return value;
}

function flag(of: JsonObject, name: string, key: string): boolean {
  const value = of[key] ?? false;
  if (typeof value !== 'boolean') throw wrong(`${name}.${key} must be true or false`);
  return value;
}

function number(of: JsonObject, name: string, key: string, usual: number): number {
  const value = of[key] ?? usual;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw wrong(`${name}.${key} must be a whole number`);
  return value;
}
