import { problem } from '../../../runbook/core/errors.ts';
import type { Outcome } from '../../kernel/command.ts';
import type { Attempt } from '../connector.ts';
import { stopped } from '../stopped.ts';
import { lives, processes } from './processes.ts';
import { readClaim, readStarted, readStop } from './records.ts';

/** The supervisor is gone and has not said how the script ended: what it left is ended, and what is known is told. */
export function afterLoss(attempt: Attempt): Outcome {
  const started = readStarted(attempt.folder);
  if (started && lives(started)) processes.signalGroup(started.pid, 'SIGKILL');
  const reason = readStop(attempt.folder);
  if (reason) return stopped(reason, attempt.timeout);
  if (!readClaim(attempt.folder))
    return { kind: 'failed', error: problem('internal', { why: 'the supervisor of the script ended before it began' }) };
  return { kind: 'failed', error: problem('supervisor-lost') };
}
