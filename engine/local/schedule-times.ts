import type { Cron } from 'croner';

/** When a cron fires; `timezone` is UTC where absent. Times are milliseconds since the epoch. */
export interface Times {
  /** The first one after a time; undefined when none comes. */
  next(cron: string, timezone: string | undefined, after: number): number | undefined;
  /** The last one up to a time, and that time itself if it is one. */
  last(cron: string, timezone: string | undefined, until: number): number | undefined;
}

/** By croner, loaded with the first schedule: an engine that has none keeps small. */
export async function openTimes(): Promise<Times> {
  const { Cron: Made } = await import('croner');
  const known = new Map<string, Cron>();
  const made = (cron: string, timezone = 'UTC'): Cron => {
    const key = `${timezone} ${cron}`;
    const found = known.get(key) ?? new Made(cron, { paused: true, mode: '5-part', timezone });
    known.set(key, found);
    return found;
  };
  return {
    next: (cron, timezone, after) => made(cron, timezone).nextRun(new Date(after))?.getTime(),
    last: (cron, timezone, until) =>
      made(cron, timezone)
        .previousRuns(1, new Date(until + 1))[0]
        ?.getTime(),
  };
}
