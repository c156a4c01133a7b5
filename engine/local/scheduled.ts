import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { sha256 } from './digest.ts';
import type { Parts } from './parts.ts';
import type { Schedule } from './schedules-file.ts';
import { aroundOf, readWorkspace } from './start.ts';

const largest = 16 * 1024 * 1024;

/** The schedules of a runbook under a trusted folder, with `with` that its inputs take. Rejects with a ProblemError. */
export async function readScheduled(
  parts: Parts<unknown>,
  file: string,
): Promise<{ readonly name: string; readonly schedules: readonly Schedule[]; readonly digest: string }> {
  const folder = dirname(file);
  // Asked before the file is opened: what is there in other folders is told to nobody.
  if (!(await parts.trust.trusts(folder))) throw new ProblemError(problem('folder-untrusted', { folder }));
  const bytes = await readTrusted(parts, file);
  const runbook = await parts.load(bytes.toString('utf8'), file, aroundOf(await readWorkspace(parts, { file })));
  const schedules = schedulesOf(runbook);
  for (const schedule of schedules) parts.checkInputs(runbook, schedule.with);
  return { name: runbook.name, schedules, digest: sha256(bytes) };
}

const schedulesOf = ({ triggers }: Runbook): Schedule[] => triggers.filter((trigger) => trigger.kind === 'schedule');

async function readTrusted({ trust }: Parts<unknown>, file: string): Promise<Buffer> {
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    // A pipe must not hold the engine up until somebody writes into it.
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) throw new ProblemError(problem('file-missing', { file }));
    if (!(await trust.trusts(file, stat))) throw new ProblemError(problem('folder-untrusted', { folder: dirname(file) }));
    if (stat.size > largest) throw new ProblemError(problem('output-too-large', { what: file, limit: '16 MiB' }));
    return await handle.readFile();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(problem('file-missing', { file }));
  } finally {
    await handle?.close();
  }
}
