import { parseDuration } from '../../runbook/core/duration.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';

const longest = 3650 * 24 * 3600;

/** Milliseconds since 1970, whole seconds; null for `permanent`. A number, also as text, is seconds. Throws `action-input`. */
export function endOf(action: string, given: Json, now: number): number | null {
  const text = String(given).trim();
  if (text === 'permanent') return null;
  const wrong = (why: string) => new ProblemError(problem('action-input', { action, why: `duration ${why}` }));
  const parsed = /^\d+$/.test(text) ? { ok: true as const, milliseconds: Number(text) * 1000 } : parseDuration(text);
  if (!parsed.ok) throw wrong(`${parsed.message}, a number of seconds, or permanent`);
  const seconds = Math.ceil(parsed.milliseconds / 1000);
  if (seconds === 0) throw wrong('must be longer than nothing');
  if (seconds > longest) throw wrong('is longer than ten years; write permanent');
  return Math.ceil(now / 1000) * 1000 + seconds * 1000;
}
