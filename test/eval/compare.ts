import { isDeepStrictEqual } from 'node:util';
import { parseDuration } from '../../runbook/core/duration.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether a value is what was expected. Texts that begin with `~` must be part of it, whatever the case of letters;
 * `*` is any value. Durations are compared by their length, a list of one with its only value.
 */
export function fits(expected: Json, got: Json | undefined): boolean {
  if (expected === '*') return got !== undefined;
  if (got === undefined) return false;
  if (typeof expected === 'string' && expected.startsWith('~'))
    return typeof got === 'string' && got.toLowerCase().includes(expected.slice(1).toLowerCase());
  if (isDeepStrictEqual(expected, got)) return true;
  if (Array.isArray(expected) !== Array.isArray(got)) {
    const [one, other] = Array.isArray(expected) ? [expected, got] : [got, expected];
    return Array.isArray(one) && one.length === 1 && one[0] !== undefined && fits(one[0], other);
  }
  if (Array.isArray(expected) && Array.isArray(got))
    return expected.length === got.length && expected.every((item, index) => fits(item, got[index]));
  if (isObject(expected) && isObject(got))
    return (
      isDeepStrictEqual(Object.keys(expected).sort(), Object.keys(got).sort()) &&
      Object.entries(expected).every(([key, value]) => fits(value, got[key]))
    );
  const [first, second] = [milliseconds(expected), milliseconds(got)];
  return first !== undefined && first === second;
}

function milliseconds(value: Json): number | undefined {
  if (typeof value === 'number') return value * 1000;
  const read = typeof value === 'string' ? parseDuration(value) : undefined;
  return read?.ok ? read.milliseconds : undefined;
}
