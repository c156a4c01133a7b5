import assert from 'node:assert/strict';
import { createCleaner } from './ansi.ts';

const clean = (...pieces: string[]) => {
  const cleaner = createCleaner();
  return pieces.map((piece) => cleaner.push(piece)).join('') + cleaner.end();
};

describe('output on its way to a terminal', () => {
  it('keeps colours', () => {
    assert.equal(clean('\u001b[31mred\u001b[0m \u001b[38:2::1:2:3mx'), '\u001b[31mred\u001b[0m \u001b[38:2::1:2:3mx');
  });

  it('drops what would move the cursor, set the clipboard, the title or a link', () => {
    assert.equal(
      clean('a\u001b[2Jb\u001b]52;c;aGk=\u0007c\u001b]0;title\u001b\\d\u001b]8;;http://x\u0007e\u001bcf\u009b2Jg\u0008h'),
      'abcdef2Jgh',
    );
  });

  it('recognises a sequence that arrives in pieces', () => {
    assert.equal(clean('a\u001b', '[3', '1mb'), 'a\u001b[31mb');
    assert.equal(clean('a\u001b]52;c;', 'aGk=', '\u0007b'), 'ab');
  });

  it('ends lines as a terminal wants it, also between pieces', () => {
    assert.equal(clean('a\nb\r', '\nc\rd'), 'a\r\nb\r\nc\rd');
  });

  it('does not hold back an endless sequence', () => {
    const cleaner = createCleaner();
    assert.ok(cleaner.push(`\u001b]52;${'x'.repeat(1000)}`).length > 900);
  });
});
