import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { lastLoaded, loadForRun } from './load.ts';

describe('reading a runbook again', () => {
  const text = (name: string) => `runbook: v1\nname: ${name}\nsteps:\n  - { id: s, run: "true" }\n`;

  it('is done once for the same text, and anew when the file has changed', () => {
    let read = 0;
    const load = lastLoaded((text, file) => {
      read++;
      return loadForRun(text, file, []);
    });
    assert.equal(load(text('A'), '/a'), load(text('A'), '/a'));
    assert.equal(load(text('A'), '/b').name, 'A');
    assert.equal(read, 2);
    assert.equal(load(text('B'), '/a').name, 'B');
    assert.equal(load(text('A'), '/a').name, 'A');
    assert.equal(read, 4);
  });

  it('keeps a few, and nothing of what failed', () => {
    let read = 0;
    const load = lastLoaded((text, file) => {
      read++;
      return loadForRun(text, file, []);
    });
    assert.throws(() => load('', '/a'));
    assert.throws(() => load('', '/a'));
    assert.equal(read, 2);
    for (let index = 0; index < 40; index++) load(text('A'), `/${index}`);
    load(text('A'), '/39');
    assert.equal(read, 42);
    load(text('A'), '/0');
    assert.equal(read, 43);
  });
});
