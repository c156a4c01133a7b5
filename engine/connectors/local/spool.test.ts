import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openSpool } from './spool.ts';

describe('spool', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-spool-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps all within its limit, and beginning and end beyond, never half a character', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 30 }),
        fc.integer({ min: 8, max: 200 }),
        (pieces, limit) => {
          const path = join(folder, 'stream');
          const spool = openSpool(path, limit);
          for (const piece of pieces) spool.write(piece);
          const { bytes, dropped } = spool.close();
          const whole = pieces.join('');
          const kept = readFileSync(path, 'utf8');
          assert.equal(bytes, Buffer.byteLength(whole));
          if (dropped === 0) return assert.equal(kept, whole);
          const [head, tail] = kept.split(`\n[… ${dropped} bytes left out …]\n`);
          assert.ok(head !== undefined && tail !== undefined && whole.startsWith(head) && whole.endsWith(tail));
          assert.equal(Buffer.byteLength(head + tail) + dropped, bytes);
          assert.ok(Buffer.byteLength(head + tail) <= limit);
        },
      ),
    );
  });
});
