import type { ProblemError } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { Settings } from '../settings.ts';

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
  wrong(why: string): ProblemError;
}

/** Reads `waf` of `.runwright/security.yaml`. Throws `security-settings`, which quotes no value: one may be secret. */
export function readSettings(given: Json | undefined): WafSettings {
  const all = new Settings('waf', given, ['nginx', 'http']);
  if (all.has('http') && all.has('nginx')) throw all.wrong('it has both nginx and http');
  if (all.has('http')) {
    const http = all.part('http', ['deploy', 'restore', 'id']);
    const [deploy, restore] = [http.request('deploy'), http.request('restore')];
    if (!deploy) throw http.wrong('deploy, the request that deploys rules, is not there');
    return { http: { deploy, ...(restore ? { restore } : {}), id: http.text('id') ?? 'id', wrong: (why) => http.wrong(why) } };
  }
  const nginx = all.part('nginx', ['rules', 'program', 'config', 'sudo']);
  const path = (key: string, absolute = true): string | undefined => {
    const value = nginx.text(key);
    // They stand in the configuration of nginx, and behind its options.
    if (value !== undefined && (!/^[^\s\p{Cc}"';{}\\*?[-][^\s\p{Cc}"';{}\\*?[]*$/u.test(value) || (absolute && !value.startsWith('/'))))
      throw nginx.wrong(`${key} must be ${absolute ? 'an absolute path' : 'a program'} without spaces, quotes and wildcards`);
    return value;
  };
  const config = path('config');
  return {
    nginx: {
      rules: path('rules') ?? '/etc/nginx/runwright-waf.conf',
      program: path('program', false) ?? 'nginx',
      ...(config === undefined ? {} : { config }),
      sudo: nginx.flag('sudo', false),
    },
  };
}
