import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../kernel/command.ts';
import type { Attempt } from '../connector.ts';
import { claimFile, files, writeOnce } from './files.ts';
import { endUnwatched } from './loss.ts';
import { outcomeOf } from './outcome.ts';
import { lives, processes } from './processes.ts';
import { type Ended, type ProcessId, readClaim, readEnded, readStarted, readStop } from './records.ts';
import { stopper } from './stopper.ts';

/** How often a supervisor that is not our child is looked at, in milliseconds; elsewhere than on Linux a look starts a program. */
const interval = process.platform === 'linux' ? 100 : 500;

/**
 * What became of an attempt whose engine died: read when it has ended, awaited while its supervisor lives, else undefined.
 * `not-begun` when nothing was started; the claim taken here then keeps a late supervisor from starting it.
 * Output is passed on from now on; what came before is in the spool files.
 */
export async function adopt(attempt: Attempt, grace: number): Promise<Outcome | 'not-begun' | undefined> {
  const written = readEnded(attempt.folder);
  if (written) return outcomeOf(written, attempt);
  const supervisor = supervisorOf(attempt.folder);
  if (supervisor === 'none') return 'not-begun';
  const ended = supervisor && (await waitFor(supervisor, attempt, grace));
  if (ended) return outcomeOf(ended, attempt);
  await endUnwatched(attempt.folder);
  return undefined;
}

async function waitFor(supervisor: ProcessId, attempt: Attempt, grace: number): Promise<Ended | undefined> {
  const stop = stopper({
    attempt,
    grace,
    since: readStarted(attempt.folder)?.time ?? Date.now(),
    supervisorPid: () => (lives(supervisor) ? supervisor.pid : undefined),
  });
  // The engine may have died between writing that it stops the script and saying so.
  if (readStop(attempt.folder) && lives(supervisor)) processes.askToStop(supervisor.pid);
  const tails = (['stdout', 'stderr'] as const).map((name) =>
    tail(join(attempt.folder, files[name]), (text, offset) => attempt.output(name, text, offset)),
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

/** The supervisor that has, or had, the attempt; `none` when none had it and none can have it any more; undefined when that cannot be told. */
function supervisorOf(folder: string): ProcessId | 'none' | undefined {
  const { turn, holder } = readClaim(folder);
  if (holder) return holder;
  try {
    if (writeOnce(join(folder, claimFile(turn)), { pid: 0, startTime: '', by: 'recovery' })) return 'none';
  } catch {
    return undefined;
  }
  // One that came late was faster; a claim that cannot be read says nothing.
  return readClaim(folder).holder;
}

/** Calls `show` with what was added to a file since it was last called; the file need not exist yet. */
function tail(path: string, show: (text: string, offset: number) => void): () => void {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let offset = sizeOf(path);
  // A character that is not whole yet is kept by the decoder.
  let shown = offset;
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
        if (!text) continue;
        show(text, shown);
        shown += Buffer.byteLength(text);
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
