import type { SeenOutput } from '../../client/seen-output.ts';
import type { RunEvent } from '../../protocol/run.ts';

/**
 * Output is not journaled: what a step wrote while its run was not followed comes from its spool instead.
 * `event` is the one that began the attempt; its sequence, time and attempt are taken.
 */
export async function missedOutput(seen: SeenOutput, event: RunEvent): Promise<RunEvent[]> {
  const { seq, time, run, step, attempt = 1 } = event;
  if (step === undefined) return [];
  return (await seen.rest(step, attempt)).map((part) => ({ seq, time, run, type: 'output', step, attempt, ...part }));
}
