/** Milliseconds until the next try: the server's wish, else twice as long each time with up to half of it left to chance, so that clients do not return together. */
export function backoff(attempt: number, retryAfterSeconds: number | undefined, random: number): number {
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000;
  const base = Math.min(500 * 2 ** (attempt - 1), 8000);
  return Math.round(base / 2 + (base / 2) * random);
}

/** `Retry-After` in seconds, from seconds or from a date; `retry-after-ms` is more exact where it exists. */
export function retryAfter(headers: { get(name: string): string | null }, now: number): number | undefined {
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact / 1000;
  const value = headers.get('retry-after');
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds : undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
