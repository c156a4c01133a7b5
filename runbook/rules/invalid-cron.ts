import { checkCron } from '../core/cron.ts';
import type { Finding, Rule } from '../rule.ts';
import { textOf } from '../syntax/tree.ts';
import { schedules } from './support/triggers.ts';

export const invalidCron: Rule = {
  code: 'invalid-cron',
  severity: 'error',
  doc: 'The schedule cannot be read, or its time never comes. A cron has five fields: minute, hour, day of the month, month, day of the week; `0 3 * * *` is every day at three.',
  *check({ root }): Generator<Finding> {
    for (const { cron } of schedules(root)) {
      const text = textOf(cron);
      const result = text === undefined ? undefined : checkCron(text);
      if (cron && result?.ok === false) yield { range: cron.range, message: `\`${(text ?? '').slice(0, 60)}\` ${result.message}.` };
    }
  },
  bad: [
    'triggers: [ { schedule: { cron: <<"0 25 * * *">> } }, { schedule: { cron: <<"@daily">> } } ]\nsteps:\n  - run: echo\n',
    'triggers:\n  - schedule:\n      cron: <<0 0 31 2 *>>\n  - schedule:\n      cron: <<every night>>\nsteps:\n  - run: echo\n',
  ],
  good: ['triggers:\n  - schedule: { cron: "*/15 8-18 * * MON-FRI", timezone: Europe/Berlin }\nsteps:\n  - run: echo\n'],
};
