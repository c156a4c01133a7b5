import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';

/** Milliseconds that somebody else may hold it. */
const usualPatience = 30_000;

/**
 * One at a time over all processes. The lock is SQLite's on a database that stays empty: the system frees it when its holder dies,
 * so there is never a stale one to guess about.
 */
export async function locked<T>(file: string, work: () => Promise<T>, signal: AbortSignal, patience = usualPatience): Promise<T> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    const end = performance.now() + patience;
    while (!taken(() => database.exec('BEGIN EXCLUSIVE'))) {
      if (performance.now() > end) throw new ProblemError(problem('list-failed', { file, why: 'another process keeps it locked' }));
      // Not all who wait look at the same instant.
      await sleep(5 + Math.random() * 20, undefined, { signal });
    }
    return await work();
  } finally {
    database.close();
  }
}

function taken(begin: () => void): boolean {
  try {
    begin();
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return false;
    throw error;
  }
}
