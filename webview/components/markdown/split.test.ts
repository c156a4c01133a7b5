import assert from 'node:assert/strict';
import { stableEnd } from './split.ts';

/** `|` stands where the text may be cut. */
const cases: readonly [string, string][] = [
  ['a growing line', '|one two'],
  ['a paragraph that ended', 'one\n\n|two'],
  ['a paragraph of which nobody knows whether it ended', '|one\n\n'],
  ['an open fence', '|```yaml\na: 1\n\nb: 2\n'],
  ['a closed fence', '```yaml\na: 1\n\nb: 2\n```\n\n|next'],
  ['a shorter fence inside', '|````\n```\n\nx\n'],
  ['a loose list stays whole', '|- one\n\n- two'],
  ['a numbered list stays whole', '|1. one\n\n2. two'],
  ['text that belongs to an item', '|- one\n\n  more'],
  ['what follows a list', '- one\n- two\n\n|Then'],
];

describe('where growing Markdown may be cut', () => {
  for (const [title, marked] of cases) it(title, () => assert.equal(stableEnd(marked.replace('|', ''), 0), marked.indexOf('|')));

  it('gives the same end whether the text comes at once or letter by letter', () => {
    const text = 'a\n\n```\nx\n\ny\n```\n\n- l\n\n- m\n\nend\n\nz';
    let end = 0;
    for (let length = 1; length <= text.length; length++) end = stableEnd(text.slice(0, length), end);
    assert.equal(end, stableEnd(text, 0));
  });
});
