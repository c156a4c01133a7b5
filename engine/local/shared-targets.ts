import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { TargetSpec } from '../../runbook/core/model.ts';
import { readShared } from './shared-file.ts';

/** The nearest `.runwright` at or above a folder: where a workspace keeps what its runbooks share. */
export async function sharedFolder(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const shared = join(at, '.runwright');
    const found = await stat(shared).catch(() => undefined);
    if (found?.isDirectory()) return shared;
    if (dirname(at) === at) return undefined;
  }
}

/** The targets of `targets.yaml` in a workspace's shared folder, without those that are ignored (`x-`). Throws `targets-invalid`. */
export async function readSharedTargets(shared: string): Promise<Record<string, TargetSpec>> {
  const file = join(shared, 'targets.yaml');
  return targetsOf(await readShared(file, (why) => wrong(file, why)), file);
}

function targetsOf(value: unknown, file: string): Record<string, TargetSpec> {
  if (value === null || value === undefined) return {};
  if (!isMap(value)) throw wrong(file, 'it is not a map');
  const found: Record<string, TargetSpec> = {};
  for (const [name, spec] of Object.entries(value)) {
    if (name.startsWith('x-')) continue;
    if (!isMap(spec) || typeof spec.type !== 'string') throw wrong(file, `${name} has no type`);
    found[name] = { ...(JSON.parse(JSON.stringify(spec)) as Record<string, Json>), type: spec.type };
  }
  return found;
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const wrong = (file: string, why: string) => new ProblemError(problem('targets-invalid', { file, why }));
