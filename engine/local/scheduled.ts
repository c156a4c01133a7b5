import { dirname } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { sha256 } from './digest.ts';
import type { Parts } from './parts.ts';
import type { Schedule } from './schedules-file.ts';
import { aroundOf, readRunbook, readWorkspace } from './start.ts';

/** The schedules of a runbook under a trusted folder, with `with` that its inputs take. Rejects with a ProblemError. */
export async function readScheduled(
  parts: Parts<unknown>,
  file: string,
): Promise<{ readonly name: string; readonly schedules: readonly Schedule[]; readonly digest: string }> {
  const folder = dirname(file);
  // Asked before the file is opened: what is there in other folders is told to nobody.
  if (!(await parts.trust.trusts(folder))) throw new ProblemError(problem('folder-untrusted', { folder }));
  const bytes = await readRunbook(file, async (opened) => {
    if (!(await parts.trust.trusts(file, opened))) throw new ProblemError(problem('folder-untrusted', { folder }));
  });
  const runbook = await parts.load(bytes.toString('utf8'), file, aroundOf(await readWorkspace(parts, { file })));
  const schedules = schedulesOf(runbook);
  for (const schedule of schedules) parts.checkInputs(runbook, schedule.with);
  return { name: runbook.name, schedules, digest: sha256(bytes) };
}

const schedulesOf = ({ triggers }: Runbook): Schedule[] => triggers.filter((trigger) => trigger.kind === 'schedule');
