import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { TargetSpec } from '../../runbook/core/model.ts';

const largest = 1024 * 1024;

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
  let text: string;
  try {
    const found = await stat(file);
    // A pipe would hold the engine up until somebody writes into it.
    if (!found.isFile()) throw wrong(file, 'it is not a file');
    if (found.size > largest) throw wrong(file, 'it is longer than 1 MiB');
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return {};
    throw wrong(file, 'the engine cannot read it');
  }
  return targetsOf(await parsed(text, file), file);
}

async function parsed(text: string, file: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: 100, merge: true });
  } catch (error) {
    // A parser quotes the lines around, which may hold what is not for a log.
    const at = error instanceof Error && 'linePos' in error ? (error.linePos as { line: number }[] | undefined)?.[0]?.line : undefined;
    throw wrong(file, at === undefined ? 'it is not valid YAML' : `line ${at} is not valid YAML`);
  }
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
