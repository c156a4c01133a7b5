import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyView } from '../../protocol/api.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { risks } from '../../runbook/core/model.ts';
import type { Policy } from '../kernel/event.ts';
import { writeAtomic } from './atomic-file.ts';
import type { Caller } from './parts.ts';

/** `<state>/policy.json`. One that cannot be read asks about everything. */
export async function readPolicy(folder: string): Promise<PolicyView> {
  let text: string;
  try {
    text = await readFile(join(folder, 'policy.json'), 'utf8');
  } catch (error) {
    return { askFrom: error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'high' : 'low' };
  }
  try {
    const { askFrom } = JSON.parse(text) as { askFrom?: unknown };
    return { askFrom: risks.find((risk) => risk === askFrom) ?? 'low' };
  } catch {
    return { askFrom: 'low' };
  }
}

export async function writePolicy(folder: string, policy: PolicyView): Promise<void> {
  await writeAtomic(join(folder, 'policy.json'), `${JSON.stringify(policy)}\n`).catch((error: Error) => {
    throw new ProblemError(problem('state-folder', { folder, why: error.message }));
  });
}

/** Of a run that a schedule asked for: nobody was there, so scripts ask, and actions from medium on at the latest. */
export async function schedulePolicy(folder: string): Promise<Policy> {
  const { askFrom } = await readPolicy(folder);
  return { askFrom: askFrom === 'low' ? 'low' : 'medium', unattended: true };
}

/** Of one run: what a model or another program without the right to approve asks for is asked about step by step. */
export async function policyFor(folder: string, caller: Caller): Promise<Policy> {
  return caller.scopes.includes('approve') ? readPolicy(folder) : { askFrom: 'low' };
}
