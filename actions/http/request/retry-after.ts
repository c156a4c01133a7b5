const longest = 24 * 60 * 60 * 1000;

/** Milliseconds a server asks to wait: its header holds seconds or a date. At most a day; undefined when it says nothing usable. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), longest);
}
