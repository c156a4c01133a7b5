import { ProblemError, problem } from './errors.ts';

const short = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/;
const iso = /^P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,3}))?S)?)?$/;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const longest = 3650 * day;

export const durationForms = 'a duration such as 250ms, 30s, 5m, 2h, 1d, 1h30m or PT5M';

export type DurationResult =
  | { readonly ok: true; readonly milliseconds: number }
  /** `message` is a sentence's end that fits behind "the duration X": what is wrong and what to write. */
  | { readonly ok: false; readonly message: string };

/** Reads `1h30m` or ISO 8601 `PT1H30M`. Units from long to short, whole numbers (ISO seconds may have three decimals), at most ten years. */
export function parseDuration(text: string): DurationResult {
  if (text.length > 64) return { ok: false, message: `is too long to be one; write ${durationForms}` };
  if (/^[+-]?\d+(\.\d+)?$/.test(text))
    return { ok: false, message: `has no unit; add one, such as ${text}s for seconds or ${text}m for minutes` };
  const total = shortTotal(text) ?? isoTotal(text);
  if (total === undefined) return { ok: false, message: `cannot be read; write ${durationForms}` };
  if (total > longest) return { ok: false, message: 'is longer than ten years' };
  return { ok: true, milliseconds: total };
}

/** Seconds, with decimals where there are milliseconds. Throws `duration-wrong`. */
export function seconds(text: string): number {
  return milliseconds(text) / second;
}

/** Throws `duration-wrong`. */
export function milliseconds(text: string): number {
  const result = parseDuration(text);
  if (!result.ok) throw new ProblemError(problem('duration-wrong', { given: text.slice(0, 80), why: result.message }));
  return result.milliseconds;
}

function shortTotal(text: string): number | undefined {
  const parts = text === '' ? null : short.exec(text);
  return parts === null ? undefined : sum(parts.slice(1), [day, hour, minute, second, 1]);
}

function isoTotal(text: string): number | undefined {
  const parts = /^P$|T$/.test(text) ? null : iso.exec(text);
  if (parts === null) return undefined;
  const decimals = (parts[6] ?? '').padEnd(3, '0');
  return sum([...parts.slice(1, 6), decimals], [7 * day, day, hour, minute, second, 1]);
}

function sum(counts: readonly (string | undefined)[], units: readonly number[]): number {
  return counts.reduce((total, count, index) => total + Number(count ?? 0) * (units[index] ?? 0), 0);
}
