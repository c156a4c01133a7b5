import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import type { SqlTarget, Tls } from './database.ts';

const usualPort = { postgres: 5432, mysql: 3306 } as const;

/** A step's connection, checked. Throws `target-wrong`; it never quotes a value, which may be secret. */
export function readTarget(connection: Readonly<Record<string, Json>>): SqlTarget {
  const wrong = (why: string): never => {
    throw new ProblemError(problem('target-wrong', { target: 'of this step', why }));
  };
  const text = (key: string): string | undefined => {
    const value = connection[key];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string' && typeof value !== 'number') return wrong(`${key} must be a text`);
    // It would end the text for the server, and what follows would be read as something else.
    return String(value).includes('\0') ? wrong(`${key} holds a NUL`) : String(value);
  };
  const type = connection.type === 'mysql' ? 'mysql' : 'postgres';
  const host = text('host') ?? wrong('it has no host');
  const port = Number(text('port') ?? usualPort[type]);
  if (!Number.isInteger(port) || port < 1 || port > 65535) wrong('port must be a number from 1 to 65535');
  const password = text('password');
  const database = text('database');
  return {
    type,
    label: `${type} ${host}:${port}${database === undefined ? '' : `/${database}`}`,
    host,
    port,
    user: text('user') ?? wrong('it has no user'),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    tls: readTls(connection.tls, host, type, wrong),
  };
}

/** Without `tls`: checked in full, except on this machine. */
function readTls(given: Json | undefined, host: string, type: SqlTarget['type'], wrong: (why: string) => never): Tls {
  if (given === undefined || given === null) return isLocal(host) ? { mode: 'off' } : verified({}, host, type, wrong);
  if (given === false || given === 'off') return { mode: 'off' };
  if (given === 'require') return { mode: 'require' };
  if (given === true || given === 'verify') return verified({}, host, type, wrong);
  if (!isObject(given)) return wrong('tls must be off, require, verify or { mode, ca, cert, key }');
  const { mode = 'verify' } = given;
  const files = { ...pem(given, 'ca', wrong), ...pem(given, 'cert', wrong), ...pem(given, 'key', wrong) };
  if (mode === 'off' || mode === false) return { mode: 'off' };
  if (mode === 'require') return { mode: 'require', ...files };
  if (mode === 'verify') return verified(files, host, type, wrong);
  return wrong('tls.mode must be off, require or verify');
}

function verified(files: object, host: string, type: SqlTarget['type'], wrong: (why: string) => never): Tls {
  // The library compares names alone.
  if (type === 'mysql' && isIP(host))
    return wrong('tls: verify needs the host by its name, the one in the certificate, not by its address');
  return { mode: 'verify', ...files };
}

function pem(given: JsonObject, key: 'ca' | 'cert' | 'key', wrong: (why: string) => never): { [key]?: string } {
  const value = given[key];
  if (value === undefined) return {};
  if (typeof value !== 'string') return wrong(`tls.${key} must be a text`);
  if (value.includes('-----BEGIN ')) return { [key]: value };
  if (!isAbsolute(value)) return wrong(`tls.${key} must be the text of a PEM file or its absolute path`);
  try {
    return { [key]: readFileSync(value, 'utf8') };
  } catch {
    return wrong(`the file in tls.${key} cannot be read`);
  }
}

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const isLocal = (host: string): boolean => host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host);
