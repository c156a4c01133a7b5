import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Runbook, Step } from './model.ts';
import { instancePath, planOf } from './plan.ts';

const step = (path: string, more: Partial<Step> = {}): Step => ({
  path,
  line: 1,
  verb: { kind: 'run', script: 'x' },
  env: {},
  onError: 'stop',
  outputs: {},
  ...more,
});

const book = (steps: readonly Step[], more: Partial<Runbook> = {}): Runbook => ({
  name: 'r',
  inputs: {},
  secrets: [],
  targets: {},
  env: {},
  defaults: {},
  triggers: [],
  onCancel: [],
  steps,
  verify: [],
  onFailure: 'stop',
  finally: [],
  outputs: {},
  ...more,
});

describe('A plan', () => {
  it('knows every step by path, its list, and what an undo takes back', () => {
    const a = step('a', { undo: step('undo/a'), fallback: [step('fallback/a/#1')] });
    const each = step('each', { verb: { kind: 'for-each', list: 'x', as: 'item', steps: [step('each[]/probe')] } });
    const runbook = book([a, each], { verify: [step('verify/#1')], onFailure: [step('on-failure/#1')], finally: [step('f')] });
    const plan = planOf(runbook);
    assert.deepEqual(
      [...plan.steps].map(([path, { list, above }]) => [path, list.key, above.map((one) => one.path).join()]),
      [
        ['a', 'steps', ''],
        ['fallback/a/#1', 'fallback/a', 'a'],
        ['undo/a', 'undo/a', 'a'],
        ['each', 'steps', ''],
        ['each[]/probe', 'each[]', 'each'],
        ['verify/#1', 'verify', ''],
        ['on-failure/#1', 'on-failure', ''],
        ['f', 'finally', ''],
      ],
    );
    assert.equal(plan.steps.get('undo/a')?.undoes, a);
    assert.deepEqual(plan.faults, []);
    assert.equal(planOf(runbook), plan);
  });

  it('lets each step follow the one before, what it needs, or in parallel nothing', () => {
    const inner = [step('x'), step('y'), step('z', { id: 'z', needs: ['x'] })].map((one) => ({ ...one, id: one.path }));
    const list = [...'abc'].map((id) => step(id, { id }));
    const runbook = book([
      ...list,
      step('d', { needs: ['a', 'b'] }),
      step('e', { needs: [] }),
      step('p', { verb: { kind: 'parallel', steps: inner } }),
    ]);
    const { lists } = planOf(runbook);
    assert.deepEqual(lists.get('steps')?.before, [[], [0], [1], [0, 1], [], [4]]);
    assert.deepEqual(lists.get('steps')?.after, [[1, 3], [2, 3], [], [], [5], []]);
    assert.deepEqual(lists.get('p')?.before, [[], [], [0]]);
  });

  it('tells what no run can satisfy', () => {
    const faults = (...steps: Step[]) => planOf(book(steps)).faults.map(({ kind, path }) => `${kind} ${path}`);
    assert.deepEqual(faults(step('a', { id: 'a', needs: ['b'] }), step('b', { id: 'b', needs: ['a'] })), ['needs-circle a']);
    assert.deepEqual(faults(step('a', { needs: ['gone'] })), ['needs-unknown a']);
    assert.deepEqual(faults(step('a'), step('a')), ['path-taken a']);
    assert.deepEqual(faults(step('undo', { verb: { kind: 'call', file: 'x', with: {} } })), ['path-reserved undo']);
  });
});

describe('The path of an instance', () => {
  it('has the indexes of loops, and the call in front behind every mark', () => {
    assert.equal(instancePath('a', '', []), 'a');
    assert.equal(instancePath('each[]/in[]/x', '', [3, 0]), 'each[3]/in[0]/x');
    assert.equal(instancePath('verify/x', 'nested', []), 'nested/verify/x');
    assert.equal(instancePath('undo/fallback/each[]/x/#1', 'a[1]/nested', [2]), 'undo/fallback/a[1]/nested/each[2]/x/#1');
  });
});
