import assert from 'node:assert/strict';
import { hex } from './theme.ts';

describe('a colour of VS Code for the editor', () => {
  it('is one that it knows', () => {
    assert.equal(hex('#1f1f1f'), '#1f1f1f');
    assert.equal(hex('rgba(155, 185, 85, 0.2)'), '#9bb95533');
    assert.equal(hex('rgb(1 2 3 / 1)'), '#010203ff');
    assert.equal(hex('rgb(0, 0, 0)'), '#000000ff');
  });
  it('is left out where it is none', () => {
    for (const colour of ['', 'red', 'var(--x)', 'rgb(1)', 'rgb(300, 0, 0)', 'rgb(a, b, c)', '#12', 'color-mix(in srgb, red, blue)'])
      assert.equal(hex(colour), undefined, colour);
  });
});
