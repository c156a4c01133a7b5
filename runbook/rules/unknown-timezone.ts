import type { Finding, Rule } from '../rule.ts';
import { didYouMean, similar } from '../similar.ts';
import { stringOf } from '../syntax/tree.ts';
import { schedules } from './support/triggers.ts';

export const unknownTimezone: Rule = {
  code: 'unknown-timezone',
  severity: 'error',
  doc: 'There is no such time zone. They are named by place, such as `Europe/Berlin`, or `UTC`; an abbreviation such as `CEST` would not say when the clocks change.',
  *check({ root }): Generator<Finding> {
    for (const { timezone } of schedules(root)) {
      const name = stringOf(timezone);
      if (!timezone || name === undefined || isTimezone(name)) continue;
      const by = similar(name, Intl.supportedValuesOf('timeZone'));
      yield {
        range: timezone.range,
        message: `There is no time zone \`${name.slice(0, 60)}\`.${by.length > 0 ? didYouMean(by) : ' Write one such as `Europe/Berlin` or `UTC`.'}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
    }
  },
  bad: [
    'triggers: [ { schedule: { cron: 0 3 * * *, timezone: <<Europe/Belrin>> } }, { schedule: { cron: 0 3 * * *, timezone: <<Berlin>> } } ]\nsteps:\n  - run: echo\n',
  ],
  good: [
    'triggers: [ { schedule: { cron: 0 3 * * *, timezone: America/New_York } }, { schedule: { cron: 0 3 * * * } } ]\nsteps:\n  - run: echo\n',
  ],
};

function isTimezone(name: string): boolean {
  // An offset such as +02:00 is taken too, but is no place whose clocks change.
  if (/^[+-]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
