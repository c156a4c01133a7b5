import assert from 'node:assert/strict';
import { Cron } from 'croner';
import fc from 'fast-check';
import { checkCron } from './cron.ts';

describe('cron', () => {
  for (const text of [
    '0 3 * * *',
    '*/15 * * * *',
    '0 8-18/2 * * MON-FRI',
    '0 0 1,15 * *',
    '5 4 * JAN,jul 0',
    '0 0 29 2 *',
    '0 0 30 2 1',
    '0 0 * * 7',
  ])
    it(`${text} is one`, () => assert.deepEqual(checkCron(text), { ok: true }));
  for (const [text, why] of [
    ['', /1 field and needs five/],
    ['0 3 * *', /4 fields and needs five/],
    ['0 0 3 * * *', /6 fields/],
    ['@daily', /shorthand/],
    ['60 * * * *', /`60` for the minute, which goes from 0 to 59/],
    ['0 24 * * *', /hour/],
    ['0 0 0 * *', /day of the month, which goes from 1 to 31/],
    ['0 0 * FOO *', /month/],
    ['0 18-8 * * *', /ends before it begins/],
    ['*/0 * * * *', /step of 0/],
    ['0 0 30 2 *', /never comes/],
    ['0 0 31 4,6 *', /never comes/],
    ['every day at 3 am', /`every` for the minute/],
    ['0 3 * * * # nightly', /7 fields/],
    ['0 3,  * * *', /``/],
  ] as const)
    it(`${text} is none`, () => {
      const result = checkCron(text);
      assert.ok(!result.ok);
      assert.match(result.message, why);
    });

  // What is accepted here is what the engine's own reader of crons accepts.
  it('takes nothing that the engine could not follow', () => {
    const item = fc.constantFrom(
      '*',
      '0',
      '5',
      '7',
      '12',
      '29',
      '31',
      '59',
      '*/5',
      '1-5',
      '1-12/3',
      'MON',
      'JAN-MAR',
      'x',
      '60',
      '5-1',
      '*/0',
      '1,3',
    );
    fc.assert(
      fc.property(fc.array(item, { minLength: 5, maxLength: 5 }), (items) => {
        const text = items.join(' ');
        if (!checkCron(text).ok) return;
        assert.ok(new Cron(text, { paused: true }).nextRun(new Date('2026-01-01T00:00:00Z')) !== null, text);
      }),
      { numRuns: 500, seed: 6 },
    );
  });
});
