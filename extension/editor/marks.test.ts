import assert from 'node:assert/strict';
import type { OutlineStep } from '../../protocol/lsp.ts';
import type { RunDetail, StepView } from '../../protocol/run.ts';
import { marksOf } from './marks.ts';

const outlined = (path: string, line: number): OutlineStep => ({
  path,
  hasApproval: false,
  verb: 'run',
  needs: { inputs: [], secrets: [] },
  range: { start: { line, character: 0 }, end: { line: line + 1, character: 0 } },
});
const step = (id: string, status: StepView['status'], more: Partial<StepView> = {}): StepView => ({
  id,
  verb: 'run',
  line: 1,
  status,
  attempts: 1,
  ...(status === 'running' || status === 'pending' ? {} : { finishedAt: '2026-11-20T10:00:00.000Z' }),
  ...more,
});
const textOf = (...steps: StepView[]) =>
  marksOf([outlined('each[]/probe', 4)], { steps } as unknown as RunDetail).map(({ line, text }) => [line, text]);

describe('marks behind the steps of a loop', () => {
  it('tell of all instances on the one line', () => {
    assert.deepEqual(textOf(step('each[0]/probe', 'succeeded', { durationMs: 1200 })), [[4, '✓ succeeded in 1.2 s']]);
    assert.deepEqual(textOf(step('each[0]/probe', 'succeeded'), step('each[1]/probe', 'running')), [[4, '● running, 1 of 2 done']]);
    assert.deepEqual(textOf(step('each[0]/probe', 'succeeded'), step('each[1]/probe', 'succeeded')), [[4, '✓ 2 of 2 succeeded']]);
  });

  it('show what went wrong before what went well', () => {
    const error = { code: 'exit-code', class: 'exit', message: 'The script ended with exit code 3.', remedy: 'See its output.' };
    assert.deepEqual(textOf(step('each[0]/probe', 'failed', { error }), step('each[1]/probe', 'succeeded')), [
      [4, '✗ 1 of 2 failed: The script ended with exit code 3.'],
    ]);
    assert.deepEqual(textOf(step('each[0]/probe', 'waiting_approval'), step('each[1]/probe', 'running')), [
      [4, '‖ 1 of 2 waits for approval'],
    ]);
  });

  it('are none for steps of other files', () => assert.deepEqual(textOf(step('nested/inner', 'succeeded')), []));
});
