import assert from 'node:assert/strict';
import { cronWords } from './cron-words.ts';
import { durationWords } from './duration-words.ts';

describe('words for a schedule', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['0 3 * * *', 'At 03:00 every day.'],
    ['30 8 * * MON-FRI', 'At 08:30 on Monday to Friday.'],
    ['*/15 * * * *', 'Every 15 minutes.'],
    ['* * * * *', 'Every minute.'],
    ['5 * * * *', 'At minute 5 of every hour.'],
    ['0 0 1,15 * *', 'At 00:00 on day 1 and 15 of the month.'],
    ['0 0 1 1 *', 'At 00:00 on day 1 of the month in January.'],
    ['0 12 * JUN-AUG 0', 'At 12:00 on Sunday in June to August.'],
    ['0 */2 * * *', 'At minute 0, every 2 hours.'],
    ['0 0 13 * 5', 'At 00:00 on day 13 of the month, and on Friday.'],
    ['0 25 * * *', undefined],
    ['0 0 L * *', undefined],
    ['0 0 * * 1#2', undefined],
    ['never', undefined],
    ['0 0 * * * *', undefined],
  ];
  for (const [cron, words] of cases) it(cron, () => assert.equal(cronWords(cron), words));
});

describe('words for a length of time', () => {
  it('says each unit that is there', () => {
    assert.equal(durationWords(5_400), '1 hour and 30 minutes');
    assert.equal(durationWords(90_061), '1 day, 1 hour, 1 minute and 1 second');
    assert.equal(durationWords(0.25), '250 milliseconds');
    assert.equal(durationWords(0), 'no time');
    assert.equal(durationWords(Number.NaN), undefined);
  });
});
