import { join } from 'node:path';
import type { Attempt } from '../connector.ts';
import { files, writeAtomic } from '../local/files.ts';
import { readStop } from '../local/records.ts';
import type { StopReason } from '../stopped.ts';

/** The longest wait a timer of Node's can take. */
const longestTimer = 2 ** 31 - 1;

export interface Stop {
  reason(): StopReason | undefined;
  /** Resolves when the attempt is to be stopped. */
  readonly asked: Promise<void>;
  dispose(): void;
}

/** When an attempt is to be stopped: at its time limit, counted from `since`, or when it is cancelled. Written down first, so that a later engine knows it too. */
export function watchForStop(attempt: Attempt, since: number): Stop {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let reason = readStop(attempt.folder);
  const stop = (why: StopReason) => {
    if (reason) return;
    reason = why;
    try {
      writeAtomic(join(attempt.folder, files.stop), { reason });
    } catch {
      // On a full disk the stop matters more than its reason.
    }
    resolve();
  };
  if (reason) resolve();
  const cancel = () => stop('cancelled');
  let timer: NodeJS.Timeout | undefined;
  if (attempt.timeout !== undefined) {
    const left = Math.max(0, since + attempt.timeout - Date.now());
    if (left <= longestTimer) timer = setTimeout(() => stop('timeout'), left);
  }
  if (attempt.signal.aborted) cancel();
  else attempt.signal.addEventListener('abort', cancel, { once: true });
  return {
    reason: () => reason,
    asked,
    dispose() {
      clearTimeout(timer);
      attempt.signal.removeEventListener('abort', cancel);
    },
  };
}
