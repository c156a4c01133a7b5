import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. */
export interface Times {
  readonly median: number;
  readonly p95: number;
  readonly count: number;
}

export function times(samples: readonly number[]): Times {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const rounded = (value: number) => Math.round(value * 1000) / 1000;
  return { median: rounded(at(0.5)), p95: rounded(at(0.95)), count: sorted.length };
}

export interface Rounds {
  readonly atLeast: number;
  readonly atMost: number;
  /** Milliseconds after which `atLeast` is enough. */
  readonly budget: number;
}

/** Repeats `once` with a pause between, in which a server may finish what it does behind its answer. */
export async function repeat<T>({ atLeast, atMost, budget }: Rounds, once: (round: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  const from = performance.now();
  while (results.length < atMost && (results.length < atLeast || performance.now() - from < budget)) {
    results.push(await once(results.length));
    await sleep(25);
  }
  return results;
}

export async function timed<T>(act: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const from = performance.now();
  const result = await act();
  return { ms: performance.now() - from, result };
}
