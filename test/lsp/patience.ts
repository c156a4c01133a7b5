import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Seconds of waiting after which a server that is silent hangs, however loaded the machine. */
const patience = 30;

/** Rejects when `answer` does not come, or when the process ends instead of answering. */
export async function answered<T>(what: string, pid: number | undefined, answer: Promise<T>): Promise<T> {
  const given = new AbortController();
  const hangs = sleep(patience * 1000, undefined, { signal: given.signal }).then(
    () => Promise.reject(new Error(`${what}: no answer within ${patience} s${isAlive(pid) ? '' : ', the server is gone'}`)),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([answer, hangs]);
  } finally {
    given.abort();
  }
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Milliseconds of processor time that a process has used so far, which others on the machine do not lengthen; undefined where /proc is not there. */
export function worked(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // Ticks of a hundredth of a second, in user and in system mode.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}
