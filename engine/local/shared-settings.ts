import { join } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import { readShared } from './shared-file.ts';

/**
 * What a workspace says under each name, `FILE` or `FILE.SECTION` of `FILE.yaml` in its shared folder; a name that it says nothing for
 * is left out, and so is a file that `trusts` does not take. Keys that begin with `x-` are ignored. Throws `settings-invalid`.
 */
export async function readSettings(
  shared: string,
  names: readonly string[],
  trusts: (file: string) => Promise<boolean>,
): Promise<Record<string, Json>> {
  const files = new Map<string, Readonly<Record<string, Json>> | undefined>();
  const found: Record<string, Json> = {};
  for (const name of [...new Set(names)].sort()) {
    const [base = '', section] = name.split('.');
    const file = join(shared, `${base}.yaml`);
    if (!files.has(file)) files.set(file, (await trusts(file)) ? await readSettingsFile(file) : undefined);
    const all = files.get(file);
    if (all === undefined) continue;
    if (section === undefined) found[name] = all;
    else if (Object.hasOwn(all, section)) {
      const value = all[section] ?? null;
      if (!isMap(value)) throw wrong(file, `${section} is not a map`);
      found[name] = value;
    }
  }
  return found;
}

async function readSettingsFile(file: string): Promise<Readonly<Record<string, Json>> | undefined> {
  const value = await readShared(file, (why) => wrong(file, why));
  if (value === undefined || value === null) return undefined;
  if (!isMap(value)) throw wrong(file, 'it is not a map');
  const plain = JSON.parse(JSON.stringify(value)) as Record<string, Json>;
  return Object.fromEntries(Object.entries(plain).filter(([key]) => !key.startsWith('x-')));
}

const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const wrong = (file: string, why: string) => new ProblemError(problem('settings-invalid', { file, why }));
