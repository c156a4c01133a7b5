import { problem } from '../../runbook/core/errors.ts';
import type { Outcome } from '../kernel/command.ts';

export type StopReason = 'timeout' | 'cancelled';

/** The outcome of an attempt that did not end by itself; `timeout` in milliseconds. */
export const stopped = (reason: StopReason, timeout: number | undefined): Outcome =>
  reason === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', error: problem('step-timeout', { timeout: inWords(timeout ?? 0) }) };

function inWords(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  const seconds = milliseconds / 1000;
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.round((seconds % 60) * 1000) / 1000, 's'],
  ];
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}
