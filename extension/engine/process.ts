import { Refusal } from './problem.ts';

/** Resolves when the process is gone; refuses when it will not go. */
export async function processEnded(pid: number, limit = 10_000): Promise<void> {
  for (const deadline = Date.now() + limit; isThere(pid); ) {
    if (Date.now() > deadline)
      throw new Refusal(
        `The engine (process ${pid}) did not stop within ${limit / 1000} s.`,
        'End that process yourself and run the command again.',
      );
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Without the right to ask, it is there all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
