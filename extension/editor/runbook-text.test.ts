import assert from 'node:assert/strict';
import { isRunbookText } from './runbook-text.ts';

describe('the first key of a runbook', () => {
  for (const text of [
    'runbook: v1\n',
    '\ufeff# licence\n\n---\nrunbook: v1 # first\r\nname: n\n',
    '"runbook": "v1"',
    '%YAML 1.2\n---\nrunbook: v1',
  ])
    it(`is in ${JSON.stringify(text)}`, () => assert.equal(isRunbookText(text), true));
  for (const text of [
    '',
    '# runbook: v1\n',
    'name: n\nrunbook: v1\n',
    '  runbook: v1\n',
    'runbook: |\n  v1\n',
    'runbook: true\n',
    '- runbook: v1\n',
  ])
    it(`is not in ${JSON.stringify(text)}`, () => assert.equal(isRunbookText(text), false));
});
