import assert from 'node:assert/strict';
import type { TextEdit } from './proposal.ts';
import { rebase } from './rebase.ts';

const before = 'runbook: v1\nname: Nightly\nsteps:\n  - id: a\n    run: one\n  - id: b\n    run: two\n';
const insert = (line: number, newText: string): TextEdit => ({
  range: { start: { line, character: 0 }, end: { line, character: 0 } },
  newText,
});
const over = (line: number, from: number, to: number, newText: string): TextEdit => ({
  range: { start: { line, character: from }, end: { line, character: to } },
  newText,
});
const text = (edits: TextEdit[], current: string, base = before) => {
  const made = rebase({ before: base, edits }, current);
  return made.kind === 'replaced' ? made.text : made.why;
};

describe('edits of a text that has changed since', () => {
  it('keeps what was changed elsewhere', () => {
    const current = `# mine\n${before}  - id: c\n    run: three\n`;
    const made = text([insert(5, '    timeout: 5m\n'), over(6, 9, 12, 'second')], current);
    assert.equal(made, current.replace('run: one\n', 'run: one\n    timeout: 5m\n').replace('run: two', 'run: second'));
  });

  it('refuses where the changed line, or one beside an inserted line, is another now', () => {
    assert.match(text([over(4, 9, 12, '1')], before.replace('one', 'uno')), /not in the text/);
    assert.match(text([insert(5, '    timeout: 5m\n')], before.replace('one\n', 'one\n    timeout: 1m\n')), /not in the text/);
    assert.match(text([over(4, 9, 12, '1')], ''), /not in the text/);
  });

  it('refuses where the part stands twice now', () => {
    assert.match(text([over(4, 9, 12, '1')], `${before}  - id: c\n    run: one\n`), /more than once/);
  });

  it('knows a part that was never alone by the lines around it', () => {
    const base = 'a:\n  x: 1\nb:\n  x: 1\nc:\n  x: 1\n';
    assert.equal(text([over(3, 5, 6, '2')], `# new\n${base}`, base), '# new\na:\n  x: 1\nb:\n  x: 2\nc:\n  x: 1\n');
  });

  it('puts an edit at the end of the text, and into other line ends', () => {
    assert.equal(text([insert(7, '# end\n')], `# new\n${before}`), `# new\n${before}# end\n`);
    const windows = before.replaceAll('\n', '\r\n');
    assert.equal(text([over(4, 9, 12, '1')], `# new\r\n${windows}`), `# new\r\n${windows.replace('one', '1')}`);
    assert.equal(text([over(4, 9, 12, '1')], `# new\n${before}`, windows), `# new\n${before.replace('one', '1')}`);
  });
});
