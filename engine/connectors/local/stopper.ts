import { join } from 'node:path';
import type { Attempt } from '../connector.ts';
import type { StopReason } from '../stopped.ts';
import { files, writeAtomic } from './files.ts';
import { lives, processes } from './processes.ts';
import { readStarted, readStop } from './records.ts';

/** The longest wait a timer of Node's can take. */
const longestTimer = 2 ** 31 - 1;
/** How long after the grace a supervisor may take until it is ended itself. */
const patience = 10_000;

/**
 * Stops an attempt at its time limit or when it is cancelled: the reason is written first, so that a later engine knows it too,
 * then the supervisor is asked. One that does not answer is killed with the script's group.
 */
export function stopper(options: {
  readonly attempt: Attempt;
  readonly grace: number;
  readonly since: number;
  supervisorPid(): number | undefined;
}): { dispose(): void } {
  const { attempt, grace, since } = options;
  const timers: NodeJS.Timeout[] = [];
  let asked = false;
  const ask = () => {
    const pid = options.supervisorPid();
    if (pid !== undefined) processes.askToStop(pid);
  };
  const stop = (reason: StopReason) => {
    if (asked) return;
    asked = true;
    try {
      if (!readStop(attempt.folder)) writeAtomic(join(attempt.folder, files.stop), { reason });
    } catch {
      // On a full disk the stop matters more than its reason.
    }
    ask();
    timers.push(setTimeout(force, grace + patience));
  };
  const force = () => {
    const started = readStarted(attempt.folder);
    if (started && lives(started)) processes.signalGroup(started.pid, 'SIGKILL');
    if (started && lives({ pid: started.supervisorPid, startTime: started.supervisorStartTime }))
      process.kill(started.supervisorPid, 'SIGKILL');
  };
  const cancel = () => stop('cancelled');

  if (attempt.timeout !== undefined) {
    const left = Math.max(0, since + attempt.timeout - Date.now());
    if (left <= longestTimer) timers.push(setTimeout(() => stop('timeout'), left));
  }
  if (attempt.signal.aborted) cancel();
  else attempt.signal.addEventListener('abort', cancel, { once: true });
  return {
    dispose() {
      for (const timer of timers) clearTimeout(timer);
      attempt.signal.removeEventListener('abort', cancel);
    },
  };
}
