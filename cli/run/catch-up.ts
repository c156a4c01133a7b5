import type { EngineClient } from '../../client/client.ts';
import type { RunEvent } from '../../protocol/run.ts';

/**
 * Output is not journaled: what a step wrote before the run was followed comes from its spool instead.
 * `event` is the one that the output belongs before or after; its sequence, time and attempt are taken.
 */
export async function spooledOutput(client: EngineClient, event: RunEvent): Promise<RunEvent[]> {
  if (event.step === undefined) return [];
  const output = await client.output(event.run, event.step);
  return (['stdout', 'stderr'] as const).flatMap((stream) => (output[stream] === '' ? [] : [outputEvent(event, stream, output[stream])]));
}

const outputEvent = ({ seq, time, run, step, attempt }: RunEvent, stream: 'stdout' | 'stderr', text: string): RunEvent => ({
  seq,
  time,
  run,
  type: 'output',
  step,
  ...(attempt === undefined ? {} : { attempt }),
  stream,
  text,
});

/** What of `head`, read from the spool, is not repeated at the beginning of `next`, which was streamed meanwhile. */
export function withoutOverlap(head: string, next: string): string {
  for (let length = Math.min(head.length, next.length); length > 0; length--) {
    if (head.endsWith(next.slice(0, length))) return head.slice(0, head.length - length);
  }
  return head;
}
