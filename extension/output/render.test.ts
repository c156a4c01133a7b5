import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import type { RunDetail, StepView } from '../../protocol/run.ts';
import { runFooter, stepFooter, stepHeading } from './render.ts';

const step = (more: Partial<StepView>): StepView => ({ id: 'a', verb: 'run', line: 1, status: 'failed', attempts: 1, ...more });

describe('the frame around output', () => {
  it('tells a failure with its remedy', () => {
    const text = stepFooter(step({ error: { code: 'exit-code', class: 'exit', message: 'It ended.', remedy: 'Look above.' } }));
    assert.match(text, /✗ failed: It ended\./);
    assert.match(text, /Look above\./);
  });

  it('says of a step that a locked store holds up what it waits for, and nothing of one that runs', () => {
    const error = { code: 'secrets-locked', class: 'permission', message: 'It is locked.', remedy: 'Bring the key.' };
    assert.match(
      stripVTControlCharacters(stepFooter(step({ status: 'running', error }))),
      /^‖ waits: It is locked\.\r\n {2}Bring the key\./,
    );
    assert.equal(stepFooter(step({ status: 'running' })), '');
  });

  it('says how a run ended in a whole sentence', () => {
    const run = {
      id: 'r',
      createdAt: '2026-11-20T10:00:00Z',
      finishedAt: '2026-11-20T10:00:03Z',
      errors: [] as RunDetail['errors'],
    } as RunDetail;
    const said = (status: RunDetail['status']) => stripVTControlCharacters(runFooter({ ...run, status })).trim();
    assert.equal(said('completed'), 'The run completed after 3.0 s.');
    assert.equal(said('rejected'), 'The run was rejected after 3.0 s.');
    assert.equal(said('cancelled'), 'The run was cancelled after 3.0 s.');
    const error = { code: 'run-too-long', class: 'invalid-input', message: 'It is too long.', remedy: 'Look for a loop.', time: '' };
    const text = stripVTControlCharacters(runFooter({ ...run, status: 'failed', errors: [{ ...error, step: 'a', message: 'no' }, error] }));
    assert.match(text, /The run failed after 3\.0 s\.\r\nIt is too long\.\r\n {2}Look for a loop\.\r\n$/);
  });

  it('does not let a name act on the terminal', () => {
    assert.ok(!stepHeading({ id: 'a', name: 'x\u001b[2J' }).includes('\u001b[2J'));
  });
});
