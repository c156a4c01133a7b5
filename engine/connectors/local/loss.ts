import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../../../runbook/core/errors.ts';
import type { Outcome } from '../../kernel/command.ts';
import type { Attempt } from '../connector.ts';
import { stopped } from '../stopped.ts';
import { files } from './files.ts';
import { lives, processes } from './processes.ts';
import { readClaim, readStarted, readStop } from './records.ts';

/** Milliseconds a killed group may take to be gone: longer only in a call that cannot be interrupted. */
const patience = 2000;

/** The supervisor is gone and has not said how the script ended: what it left is ended, and what is known is told. */
export async function afterLoss(attempt: Attempt): Promise<Outcome> {
  await endUnwatched(attempt.folder);
  const reason = readStop(attempt.folder);
  if (reason) return stopped(reason, attempt.timeout);
  if (!readClaim(attempt.folder).holder)
    return { kind: 'failed', error: problem('internal', { why: 'the supervisor of the script ended before it began' }) };
  return { kind: 'failed', error: problem('supervisor-lost') };
}

/** A script nobody watches is ended, so that it is gone before the step is asked about or repeated. */
export async function endUnwatched(folder: string): Promise<void> {
  const started = readStarted(folder);
  if (started && lives(started)) {
    processes.signalGroup(started.pid, 'SIGKILL');
    for (const from = performance.now(); performance.now() - from < patience && processes.groupLives(started.pid); ) await sleep(25);
  }
  // Nobody reads it any more, and it may hold what is to be kept secret.
  rmSync(join(folder, files.output), { force: true });
}
