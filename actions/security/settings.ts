import { isAbsolute, join } from 'node:path';
import type { ActionContext } from '../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { type Network, readNetwork } from './addresses.ts';

/** Where each section of `.runwright/security.yaml` is explained. */
const pages: Readonly<Record<string, string>> = {
  blocking: 'docs/containment.md',
  isolation: 'docs/containment.md',
  passwords: 'docs/passwords.md',
  waf: 'docs/web-firewall.md',
  intel: 'docs/intel.md',
};

/** `security-settings` of a section such as `waf.nginx`. `why` quotes no value: one may be secret. */
export function wrongSettings(section: string, why: string): ProblemError {
  const [first = ''] = section.split('.');
  return new ProblemError(problem('security-settings', { section, why, page: pages[first] ?? 'docs/actions.md' }));
}

/** A section of `.runwright/security.yaml`. Throws `security-settings`, which quotes no value: one may be secret. */
export class Settings {
  readonly section: string;
  readonly values: JsonObject;
  constructor(section: string, given: Json | undefined, known: readonly string[]) {
    this.section = section;
    this.values = isObject(given) ? given : {};
    const other = Object.keys(this.values).find((key) => !known.includes(key) && !key.startsWith('x-'));
    if (other !== undefined) throw this.wrong(`it has no key ${other.slice(0, 60)}; those there are: ${known.join(', ')}`);
  }

  wrong(why: string): ProblemError {
    return wrongSettings(this.section, why);
  }

  text(key: string): string | undefined {
    const value = this.values[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string' || value === '') throw this.wrong(`${key} must be a text`);
    return value;
  }

  choice<const T extends string>(key: string, options: readonly T[]): T | undefined {
    const value = this.text(key);
    const found = options.find((option) => option === value);
    if (value !== undefined && found === undefined) throw this.wrong(`${key} must be one of ${options.join(', ')}`);
    return found;
  }

  flag(key: string, usual: boolean): boolean {
    const value = this.values[key] ?? usual;
    if (typeof value !== 'boolean') throw this.wrong(`${key} must be true or false`);
    return value;
  }

  list(key: string): readonly Json[] {
    const value = this.values[key] ?? [];
    if (!Array.isArray(value)) throw this.wrong(`${key} must be a list`);
    return value;
  }

  number(key: string, usual: number, least: number, most: number): number {
    const value = this.values[key] ?? usual;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw this.wrong(`${key} must be a whole number from ${least} to ${most}`);
    return value;
  }

  /** What must be there. */
  needed(key: string): string {
    const value = this.text(key);
    if (value === undefined) throw this.wrong(`${key} must be a text, and is not there`);
    return value;
  }

  /** A map within it; empty where there is none. */
  part(key: string, known: readonly string[]): Settings {
    const value = this.values[key];
    if (value !== undefined && value !== null && !isObject(value)) throw this.wrong(`${key} must be a map`);
    return new Settings(`${this.section}.${key}`, value, known);
  }

  has(key: string): boolean {
    return this.values[key] !== undefined && this.values[key] !== null;
  }

  /** A request as `http/request` takes it; undefined where there is none. */
  request(key: string): JsonObject | undefined {
    if (!this.has(key)) return undefined;
    const value = this.values[key];
    if (!isObject(value) || typeof value.url !== 'string') throw this.wrong(`${key} must be a map with a url, as http/request takes it`);
    return value;
  }

  networks(key: string): readonly Network[] {
    return this.list(key).map((item, index) => {
      const network = typeof item === 'string' ? readNetwork(item) : 'it is no text';
      if (typeof network === 'string') throw this.wrong(`${key}[${index}] is no address or network: ${network}`);
      return network;
    });
  }

  /** A path, from the workspace's `.runwright` folder where it is relative. */
  path(key: string, usual: string, { workspace }: Pick<ActionContext, 'workspace'>): string {
    const given = this.text(key) ?? usual;
    return isAbsolute(given) ? given : join(workspace, given);
  }
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
