import assert from 'node:assert/strict';
import type { Step } from './model.ts';
import { patternOf, withInside } from './nested.ts';

const step = (path: string, more: Partial<Step> = {}): Step => ({
  path,
  line: 1,
  verb: { kind: 'run', script: 'true' },
  env: {},
  onError: 'stop',
  outputs: {},
  ...more,
});

describe('Steps inside steps', () => {
  it('come after the step around them, at any depth', () => {
    const loop = step('each', {
      verb: {
        kind: 'for-each',
        list: 'inputs.l',
        as: 'item',
        steps: [step('each[]/a', { undo: step('undo/each[]/a') }), step('each[]/b')],
      },
    });
    const whole = step('choose', {
      verb: { kind: 'switch', branches: [{ if: 'true', steps: [loop] }, { steps: [step('other')] }] },
      fallback: [step('fallback/choose/#1')],
    });
    assert.deepEqual(
      [...withInside(whole)].map(({ path }) => path),
      ['choose', 'each', 'each[]/a', 'each[]/b', 'other', 'fallback/choose/#1'],
    );
  });

  it('have one path in the runbook, however often they run', () => {
    assert.equal(patternOf('each[12]/poll[0]/probe'), 'each[]/poll[]/probe');
    assert.equal(patternOf('plain'), 'plain');
  });
});
