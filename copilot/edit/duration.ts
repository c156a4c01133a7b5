import { parseDuration } from '../../runbook/core/duration.ts';
import { readDuration } from '../plan/duration.ts';

/** A duration in words as runbooks write it: `5 minutes` is `5m`. Undefined for what is none. */
export function shortDuration(text: string): string | undefined {
  const said = text.trim().replace(/^[`"']|[`"']$/g, '');
  if (parseDuration(said).ok) return said;
  const seconds = readDuration(said);
  if (typeof seconds !== 'number') return undefined;
  for (const [size, unit] of [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ] as const)
    if (seconds % size === 0) return `${seconds / size}${unit}`;
  return `${seconds}s`;
}
