import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../kernel/command.ts';
import type { Attempt } from '../connector.ts';
import { files, writeOnce } from './files.ts';
import { outcomeOf } from './outcome.ts';
import { lives, processes } from './processes.ts';
import { type Ended, type ProcessId, readClaim, readEnded, readStarted, readStop } from './records.ts';
import { stopper } from './stopper.ts';

/** How often a supervisor that is not our child is looked at, in milliseconds; elsewhere than on Linux a look starts a program. */
const interval = process.platform === 'linux' ? 100 : 500;

/**
 * What became of an attempt whose engine died: read when it has ended, awaited while its supervisor lives, else undefined.
 * Undefined is also the answer when nothing was started; the claim taken here then keeps a late supervisor from starting it.
 * Output is passed on from now on; what came before is in the spool files.
 */
export async function adopt(attempt: Attempt, grace: number): Promise<Outcome | undefined> {
  const ended = readEnded(attempt.folder) ?? (await waitFor(attempt, grace));
  return ended && outcomeOf(ended, attempt);
}

async function waitFor(attempt: Attempt, grace: number): Promise<Ended | undefined> {
  const supervisor = supervisorOf(attempt.folder);
  if (!supervisor) return undefined;
  const stop = stopper({
    attempt,
    grace,
    since: readStarted(attempt.folder)?.time ?? Date.now(),
    supervisorPid: () => (lives(supervisor) ? supervisor.pid : undefined),
  });
  // The engine may have died between writing that it stops the script and saying so.
  if (readStop(attempt.folder) && lives(supervisor)) processes.askToStop(supervisor.pid);
  const tails = (['stdout', 'stderr'] as const).map((name) =>
    tail(join(attempt.folder, files[name]), (text) => attempt.output(name, text)),
  );
  try {
    for (;;) {
      // In this order: a supervisor writes the end before it goes.
      const alive = lives(supervisor);
      const ended = readEnded(attempt.folder);
      for (const more of tails) more();
      if (ended || !alive) return ended;
      await sleep(interval);
    }
  } finally {
    stop.dispose();
  }
}

/** The supervisor that has, or had, the attempt; undefined when none can have it any more. */
function supervisorOf(folder: string): ProcessId | undefined {
  const claim = readClaim(folder);
  if (claim) return claim;
  try {
    if (writeOnce(join(folder, files.claim), { pid: 0, startTime: '', by: 'recovery' })) return undefined;
  } catch {
    return undefined;
  }
  return readClaim(folder);
}

/** Calls `show` with what was added to a file since it was last called; the file need not exist yet. */
function tail(path: string, show: (text: string) => void): () => void {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let offset = sizeOf(path);
  return () => {
    if (sizeOf(path) <= offset) return;
    const buffer = Buffer.alloc(64 * 1024);
    const file = openSync(path, 'r');
    try {
      for (
        let count = readSync(file, buffer, 0, buffer.length, offset);
        count > 0;
        count = readSync(file, buffer, 0, buffer.length, offset)
      ) {
        offset += count;
        const text = decoder.decode(buffer.subarray(0, count), { stream: true });
        if (text) show(text);
      }
    } finally {
      closeSync(file);
    }
  };
}

const sizeOf = (path: string): number => {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
};
