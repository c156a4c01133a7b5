import assert from 'node:assert/strict';
import { oneLine, outputLine, plainText } from './safe-text.ts';

describe('text from outside on a terminal', () => {
  it('shows control characters instead of obeying them', () => {
    assert.equal(plainText('a\u001b[2Jb\u0007\u009b1mc'), 'a\\x1b[2Jb\\x07\\x9b1mc');
    assert.equal(plainText('rm \u202etxt.exe'), 'rm \\u202etxt.exe');
    assert.equal(plainText('one\r\ntwo\tthree'), 'one\ntwo\tthree');
    assert.equal(plainText('\u{e0041}'), '\\ue0041');
  });

  it('keeps a line feed out of what must be one line', () => assert.equal(oneLine('safe\nApprove? y'), 'safe\\nApprove? y'));

  it('keeps colours of an output, ends them with the line, and keeps nothing else', () => {
    assert.equal(outputLine('\u001b[31mred\u001b[0m \u001b]0;title\u0007', true), '\u001b[31mred\u001b[0m \\x1b]0;title\\x07\u001b[0m');
    assert.equal(outputLine('\u001b[31mred', false), 'red');
    assert.equal(outputLine('\u001b[1Aup', true), '\\x1b[1Aup');
  });

  it('shows the last state of a line that was written over', () => assert.equal(outputLine('10 %\r 50 %\r100 %\r', false), '100 %'));

  it('joins no escape sequence out of what is left of two', () => {
    const hostile = '\u001b\u001b[31m[2J';
    assert.equal(outputLine(hostile, false).includes('\u001b'), false);
    assert.equal(outputLine(hostile, true).replaceAll('\u001b[31m', '').replaceAll('\u001b[0m', '').includes('\u001b'), false);
  });
});
