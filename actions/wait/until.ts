import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionContext } from '../../engine/connectors/action.ts';
import type { Outcome } from '../../engine/kernel/command.ts';
import { parseDuration } from '../../runbook/core/duration.ts';
import { type Problem, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';

/** One look: what it found, or why not yet. A problem ends the wait: no further look would change it. */
export type Look =
  | { readonly kind: 'there'; readonly outputs: Readonly<Record<string, Json>> }
  | { readonly kind: 'not-yet'; readonly why: string }
  | { readonly kind: 'never'; readonly error: Problem };

export interface Wait {
  readonly action: string;
  /** What is waited for, as a sentence names it. */
  readonly what: string;
  readonly input: Readonly<Record<string, Json>>;
  readonly context: ActionContext;
  /** `signal` ends the look when the wait is over; the look may take no longer than `left` milliseconds. */
  look(signal: AbortSignal, left: number): Promise<Look>;
}

/** Looks until it is there, `timeout` is over, or the step is stopped. Outputs say how often it looked and how long that took. */
export async function waitUntil({ action, what, input, context, look }: Wait): Promise<Outcome> {
  const times = { timeout: milliseconds(input.timeout ?? '1m'), every: milliseconds(input.every ?? '2s') };
  if (typeof times.timeout === 'string') return failed(problem('action-input', { action, why: `timeout ${times.timeout}` }));
  if (typeof times.every === 'string') return failed(problem('action-input', { action, why: `every ${times.every}` }));
  const started = performance.now();
  const passed = () => Math.round(performance.now() - started);
  const limit = AbortSignal.timeout(times.timeout);
  const signal = AbortSignal.any([limit, context.signal]);
  let last = 'there was no time for a single look';
  for (let looks = 1; ; looks++) {
    const found = await look(signal, Math.max(1, times.timeout - passed()));
    if (context.signal.aborted) return { kind: 'cancelled' };
    if (found.kind === 'never') return failed(found.error);
    if (found.kind === 'there') return { kind: 'succeeded', outputs: { ...found.outputs, looks, 'waited-ms': passed() } };
    if (!limit.aborted) {
      if (found.why !== last) context.log(`not yet: ${found.why}`);
      last = found.why;
    }
    await sleep(Math.max(50, times.every), undefined, { signal }).catch(() => undefined);
    if (context.signal.aborted) return { kind: 'cancelled' };
    if (limit.aborted) return failed(problem('wait-over', { what, timeout: String(input.timeout ?? '1m'), why: last }));
  }
}

function milliseconds(value: Json): number | string {
  const parsed = parseDuration(String(value));
  return parsed.ok ? Math.min(parsed.milliseconds, 2 ** 31 - 1) : parsed.message;
}

const failed = (error: Problem): Outcome => ({ kind: 'failed', error });
