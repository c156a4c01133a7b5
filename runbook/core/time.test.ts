import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isoTime } from './time.ts';

describe('A time', () => {
  it('is written as the calendar has it', () =>
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (time) =>
        assert.equal(isoTime(time), new Date(time).toISOString()),
      ),
    ));
});
