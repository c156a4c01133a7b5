import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';

export interface WafSettings {
  /** Absent for an HTTP service. */
  readonly nginx?: NginxSettings;
  readonly http?: HttpSettings;
}

/** All paths are absolute, on the target. */
export interface NginxSettings {
  /** The file of rules that is ours; nginx must load it. */
  readonly rules: string;
  readonly program: string;
  readonly config?: string;
  readonly sudo: boolean;
}

/** Requests as `http/request` takes them, with `{rule}`, `{ids}`, `{mode}` and `{deployment}` in their texts. */
export interface HttpSettings {
  readonly deploy: JsonObject;
  readonly restore?: JsonObject;
  /** Where in the JSON of the answer the deployment's id stands, names with dots between. */
  readonly id: string;
}

/** Reads `waf` of `.runwright/security.yaml`. Throws `settings-invalid`, which quotes no value: one may be secret. */
export function readSettings(given: Json | undefined): WafSettings {
  const all = part(given, 'it', ['nginx', 'http']);
  if (all.http !== undefined && all.nginx !== undefined) throw wrong('it has both nginx and http');
  if (all.http !== undefined) {
    const http = part(all.http, 'http', ['deploy', 'restore', 'id']);
    const request = (name: 'deploy' | 'restore'): JsonObject => {
      const value = http[name];
      if (!isObject(value) || typeof value.url !== 'string') throw wrong(`http.${name} must be a map with a url, as http/request takes it`);
      return value;
    };
    const id = http.id ?? 'id';
    if (typeof id !== 'string' || id === '') throw wrong('http.id must be a text');
    return { http: { deploy: request('deploy'), ...(http.restore === undefined ? {} : { restore: request('restore') }), id } };
  }
  const nginx = part(all.nginx, 'nginx', ['rules', 'program', 'config', 'sudo']);
  const path = (key: string, usual: string, absolute = true): string => {
    const value = nginx[key] ?? usual;
    if (
      typeof value !== 'string' ||
      !/^[^\s\p{Cc}"';{}\\*?[]+$/u.test(value) ||
      value.startsWith('-') ||
      (absolute && !value.startsWith('/'))
    )
      throw wrong(`nginx.${key} must be ${absolute ? 'an absolute path' : 'a program'} without spaces, quotes and wildcards`);
    return value;
  };
  const sudo = nginx.sudo ?? false;
  if (typeof sudo !== 'boolean') throw wrong('nginx.sudo must be true or false');
  return {
    nginx: {
      rules: path('rules', '/etc/nginx/runwright-waf.conf'),
      program: path('program', 'nginx', false),
      ...(nginx.config === undefined ? {} : { config: path('config', '') }),
      sudo,
    },
  };
}

export const wrong = (why: string): ProblemError =>
  new ProblemError(problem('settings-invalid', { file: '.runwright/security.yaml', why: `under \`waf\`, ${why}` }));

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function part(given: Json | undefined, name: string, known: readonly string[]): JsonObject {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw wrong(`${name} must be a map`);
  const other = Object.keys(given).find((key) => !known.includes(key) && !key.startsWith('x-'));
  if (other !== undefined) throw wrong(`${name} has no key ${other.slice(0, 60)}; those there are: ${known.join(', ')}`);
  return given;
}
