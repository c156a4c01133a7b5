import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';

export interface Hook {
  readonly name: string;
  readonly type: 'slack' | 'teams' | 'mattermost' | 'webhook';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Mail {
  readonly name: string;
  readonly type: 'smtp';
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  readonly user?: string;
  readonly password?: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Of the server's authority, PEM. */
  readonly ca?: string;
}

/** A notification in every VS Code window that follows the engine: it is handed over in the step's outputs. */
export interface Windows {
  readonly name: string;
  readonly type: 'vscode';
}

export type Channel = Hook | Mail | Windows;

const known = {
  vscode: ['type'],
  slack: ['type', 'url'],
  teams: ['type', 'url'],
  mattermost: ['type', 'url'],
  webhook: ['type', 'url', 'headers'],
  smtp: ['type', 'host', 'port', 'security', 'user', 'password', 'from', 'to', 'ca'],
} as const;

/** The named channels, or all. Each is checked before anything is sent. Throws `channels-none`, `channel-unknown`, `channel-wrong`. */
export function channelsOf(settings: Json | undefined, names: readonly string[] | undefined): readonly Channel[] {
  const all = isObject(settings) ? settings : {};
  const listed = Object.keys(all);
  if (listed.length === 0) throw new ProblemError(problem('channels-none'));
  const missing = names?.find((name) => !Object.hasOwn(all, name));
  if (missing !== undefined)
    throw new ProblemError(problem('channel-unknown', { channel: JSON.stringify(missing), known: listed.slice(0, 30).join(', ') }));
  return (names ?? listed).map((name) => readChannel(name, all[name] ?? null));
}

function readChannel(name: string, value: Json): Channel {
  const wrong = (why: string): never => {
    throw new ProblemError(problem('channel-wrong', { channel: name, why }));
  };
  if (!isObject(value)) return wrong('it is not a map');
  const type = Object.keys(known).find((each) => each === value.type) as keyof typeof known | undefined;
  if (type === undefined) return wrong(`type must be one of ${Object.keys(known).join(', ')}`);
  const keys: readonly string[] = known[type];
  const other = Object.keys(value).find((key) => !keys.includes(key) && !key.startsWith('x-'));
  if (other !== undefined) return wrong(`a ${type} channel has no key ${other.slice(0, 60)}; it has ${keys.join(', ')}`);
  const text = (key: string): string | undefined => {
    const given = value[key];
    if (given === undefined || given === null) return undefined;
    return typeof given === 'string' && given.trim() !== '' ? given : wrong(`${key} must be a text`);
  };
  const needed = (key: string): string => text(key) ?? wrong(`${key} is missing`);
  if (type === 'vscode') return { name, type };
  if (type === 'smtp') return mailOf(name, value, { text, needed, wrong });
  const address = needed('url').trim();
  if (!URL.canParse(address) || !/^https?:/.test(address)) return wrong('url is not an address that begins with https:// or http://');
  const headers = isObject(value.headers) ? value.headers : {};
  for (const [key, item] of Object.entries(headers))
    if (!/^[A-Za-z0-9-]+$/.test(key) || typeof item !== 'string' || /[^\t\u0020-\u007e]/.test(item))
      return wrong(`headers: ${key.slice(0, 60)} is no header with a text`);
  return {
    name,
    type,
    url: new URL(address),
    headers: Object.fromEntries(Object.entries(headers).map(([key, item]) => [key, String(item)])),
  };
}

interface Reader {
  text(key: string): string | undefined;
  needed(key: string): string;
  wrong(why: string): never;
}

const securities = ['starttls', 'tls', 'none'] as const;
const usualPorts = { starttls: 587, tls: 465, none: 25 } as const;

function mailOf(name: string, value: JsonObject, { text, needed, wrong }: Reader): Mail {
  const given = text('security') ?? 'starttls';
  const security = securities.find((each) => each === given) ?? wrong(`security must be one of ${securities.join(', ')}`);
  const port = value.port === undefined ? usualPorts[security] : Number(value.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) wrong('port must be a number from 1 to 65535');
  const host = needed('host');
  const [user, password, ca] = [text('user'), text('password'), text('ca')];
  if ((user === undefined) !== (password === undefined)) wrong('user and password belong together');
  // Anybody on the way could read it.
  if (password !== undefined && security === 'none' && !['localhost', '127.0.0.1', '::1'].includes(host))
    wrong('a password does not go over a connection without TLS; write security: starttls');
  const list = Array.isArray(value.to) ? value.to : [value.to];
  const to = list.map((item) =>
    typeof item === 'string' && isAddress(item) ? item.trim() : wrong('to must be one or more mail addresses'),
  );
  if (to.length === 0) wrong('to must be one or more mail addresses');
  const from = needed('from');
  if (!isAddress(from.replace(/^.*<([^<>]*)>\s*$/, '$1')) || /[\r\n]/.test(from)) wrong('from must be a mail address');
  return {
    name,
    type: 'smtp',
    host,
    port,
    security,
    from,
    to: [...new Set(to)],
    ...(user === undefined || password === undefined ? {} : { user, password }),
    ...(ca === undefined ? {} : { ca }),
  };
}

const isAddress = (text: string): boolean => /^[^\s@,;<>"]+@[^\s@,;<>"]+$/.test(text.trim());
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
