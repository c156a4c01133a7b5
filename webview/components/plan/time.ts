/** Milliseconds as a person says them. */
export function timeWords(milliseconds: number): string {
  if (milliseconds < 60_000) return milliseconds < 10_000 ? 'a few seconds' : 'less than a minute';
  const minutes = Math.round(milliseconds / 60_000);
  return minutes < 90 ? `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}` : `about ${Math.round(minutes / 60)} hours`;
}

/** An exact time: `850 ms`, `12.4 s`, `3 min 20 s`. */
export function exactTime(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
