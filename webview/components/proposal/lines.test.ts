import assert from 'node:assert/strict';
import fc from 'fast-check';
import { diffLines } from './lines.ts';

const marks = { same: ' ', removed: '-', added: '+', skipped: '@' } as const;
const shown = (before: string, after: string) => diffLines(before, after).map(({ kind, text }) => `${marks[kind]}${text}`);

describe('a change as lines of text', () => {
  it('says what goes, what comes, and how much around it is left out', () => {
    const many = Array.from({ length: 10 }, (_, index) => `line ${index}`);
    const before = many.join('\n');
    const after = many.toSpliced(5, 1, 'new', 'newer').join('\n');
    assert.deepEqual(shown(before, after), [
      '@2 unchanged lines',
      ' line 2',
      ' line 3',
      ' line 4',
      '-line 5',
      '+new',
      '+newer',
      ' line 6',
      ' line 7',
      ' line 8',
      '@1 unchanged line',
    ]);
  });

  it('shows a new text whole, and one that goes', () => {
    assert.deepEqual(shown('', 'a\nb\n'), ['+a', '+b']);
    assert.deepEqual(shown('a\n', ''), ['-a']);
    assert.deepEqual(shown('', ''), []);
  });

  it('leaves both texts readable in it, whatever they are', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 7 }).map((lines) => lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        if (lines.some(({ kind }) => kind === 'skipped')) return;
        const side = (other: string) => lines.filter(({ kind }) => kind !== other).map((line) => `${line.text}\n`);
        assert.equal(side('added').join(''), before);
        assert.equal(side('removed').join(''), after);
      }),
    );
  });

  it('does not compare texts that are too large for it line by line', () => {
    const text = (word: string) => Array.from({ length: 2_000 }, (_, index) => `${word} ${index}`).join('\n');
    assert.equal(diffLines(text('old'), text('new')).length, 4_000);
  });
});
