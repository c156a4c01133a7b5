import assert from 'node:assert/strict';
import { chipTitle, factsOf, lookOf, shortSize } from './words.ts';

const chip = { heading: '## Workflow Instance Errors', text: 'x', characters: 12_345, redactions: [] };

describe('words of a context chip', () => {
  it('has a short name for every heading, and keeps one that it does not know', () => {
    assert.equal(lookOf('## Current Workflow Definition Context').name, 'Definition');
    assert.equal(lookOf('## Something New').name, 'Something New');
  });

  it('gives sizes that fit a chip', () =>
    assert.deepEqual([0, 999, 1000, 1249, 9949, 34_400].map(shortSize), ['0', '999', '1.0k', '1.2k', '9.9k', '34k']));

  it('says what was hidden and what was shortened', () => {
    assert.equal(factsOf(chip), '12,345 characters. No secret had to be hidden.');
    assert.equal(
      factsOf({
        ...chip,
        redactions: [
          { what: 'token', count: 1 },
          { what: 'password', count: 2 },
        ],
        summary: 'Shortened.',
      }),
      '12,345 characters. 3 secrets hidden: token (1), password (2). Shortened.',
    );
    assert.match(factsOf({ ...chip, redactions: [{ what: 'token', count: 1 }] }), /1 secret hidden/);
  });

  it('tells a screen reader what a press does', () =>
    assert.match(chipTitle(chip), /^Errors 12k characters of context\. Shows the exact text/));
});
