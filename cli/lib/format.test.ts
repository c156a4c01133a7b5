import assert from 'node:assert/strict';
import { duration, table, valueText } from './format.ts';

describe('format', () => {
  for (const [ms, text] of [
    [0, '0.0 s'],
    [420, '0.4 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ] as const) {
    it(`says ${ms} ms as ${text}`, () => assert.equal(duration(ms), text));
  }

  it('pads columns to their widest cell and keeps a row on one line', () =>
    assert.deepEqual(
      table(
        ['A', 'LONG'],
        [
          ['wide one', 'x\ny'],
          ['', 'z'],
        ],
      ),
      ['A         LONG', 'wide one  x\\ny', '          z'],
    ));

  it('writes text as it is and other values as JSON', () =>
    assert.deepEqual([valueText('a b'), valueText(1.5), valueText({ a: [null] })], ['a b', '1.5', '{"a":[null]}']));
});
