import assert from 'node:assert/strict';
import { builtInActions } from '../runbook/actions.ts';
import { analyse } from '../runbook/analyse.ts';
import { example, exercises } from './practice.ts';

describe('practice', () => {
  it('is done on a runbook that is right but for the mistakes it is meant to have', () => {
    const { diagnostics, document } = analyse(example(60), { actions: builtInActions });
    assert.equal(document.steps.filter(({ role }) => role === 'step').length, 60);
    assert.deepEqual(new Set(diagnostics.map(({ code }) => code)), new Set(['unknown-key']));
    assert.equal(diagnostics.length, 4);
  });

  it('goes in many small steps, and ends', () => {
    let steps = 0;
    for (const _ of exercises(builtInActions)) assert.ok(++steps < 1_000);
    assert.ok(steps > 8, String(steps));
  });
});
