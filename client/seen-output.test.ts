import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { OutputText } from '../protocol/api.ts';
import { SeenOutput } from './seen-output.ts';

const whole = 'one\ntwö\nthree\nfour\n';

/** The end of `whole` from a byte on, as the engine gives it. */
function spool(from = 0, attempt = 1): OutputText {
  return {
    stdout: Buffer.from(whole).toString('utf8', from),
    stderr: '',
    truncated: from > 0,
    attempt,
    offsets: { stdout: from, stderr: 0 },
  };
}
const piece = (from: number, to: number, attempt = 1) => ({
  seq: 1,
  time: '',
  run: 'r',
  type: 'output',
  step: 's',
  attempt,
  stream: 'stdout' as const,
  text: Buffer.from(whole).toString('utf8', from, to),
  offset: from,
});
const end = Buffer.byteLength(whole);

describe('output across a lost connection', () => {
  it('is shown without gap and without repeat, wherever the pieces are cut', async () => {
    for (const lost of [0, 4, 9, 15]) {
      for (const found of [4, 9, 15]) {
        const seen = new SeenOutput(async () => spool());
        let shown = '';
        if (lost > 0) shown += await seen.upTo(piece(0, lost));
        shown += await seen.upTo(piece(found, end));
        shown += await seen.upTo(piece(found, end));
        for (const { text } of await seen.rest('s', 1)) shown += text;
        assert.equal(shown, whole, `lost at ${lost}, found at ${found}`);
      }
    }
  });

  it('is completed by the spool alone where nothing more is streamed', async () => {
    const seen = new SeenOutput(async () => spool());
    const first = await seen.upTo(piece(0, 4));
    const [rest, ...others] = await seen.rest('s', 1);
    assert.equal(first + rest?.text, whole);
    assert.deepEqual([rest?.stream, rest?.offset, others], ['stdout', 4, []]);
    assert.deepEqual(await seen.rest('s', 1), []);
    assert.equal(await seen.upTo(piece(4, 9)), '');
  });

  it('takes what is left of a long one, and nothing of another attempt', async () => {
    const cut = new SeenOutput(async () => spool(9));
    assert.equal((await cut.upTo(piece(0, 4))) + (await cut.upTo(piece(15, end))), `one\n${whole.slice(8)}`);
    const other = new SeenOutput(async () => spool(0, 2));
    assert.equal(await other.upTo(piece(4, 9)), 'twö\n');
    assert.deepEqual(await other.rest('s', 1), []);
    assert.equal((await other.rest('s', 2))[0]?.text, whole);
  });

  it('without offsets is shown as it comes', async () => {
    const { offset: _offset, ...bare } = piece(0, 4);
    const seen = new SeenOutput(async () => spool());
    assert.equal((await seen.upTo(bare)) + (await seen.upTo(bare)), 'one\none\n');
  });
});
