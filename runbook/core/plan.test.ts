import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Runbook, Step } from './model.ts';
import { planOf } from './plan.ts';

const step = (path: string, more: Partial<Step> = {}): Step => ({
  path,
  line: 1,
  verb: { kind: 'run', script: 'x' },
  env: {},
  onError: 'stop',
  outputs: {},
  ...more,
});

describe('A plan', () => {
  it('knows every step by path, its list, and what an undo takes back', () => {
    const a = step('a', { undo: step('undo/a') });
    const runbook: Runbook = {
      name: 'r',
      inputs: {},
      secrets: [],
      targets: {},
      env: {},
      defaults: {},
      triggers: [],
      onCancel: [],
      steps: [a],
      verify: [step('verify/#1')],
      onFailure: [step('on-failure/#1')],
      finally: [step('f')],
      outputs: {},
    };
    const plan = planOf(runbook);
    assert.deepEqual(
      [...plan.steps].map(([path, { list }]) => [path, list]),
      [
        ['a', 'steps'],
        ['undo/a', 'undo'],
        ['verify/#1', 'verify'],
        ['on-failure/#1', 'on-failure'],
        ['f', 'finally'],
      ],
    );
    assert.equal(plan.steps.get('undo/a')?.undoes, a);
    assert.equal(planOf(runbook), plan);
  });
});
