import assert from 'node:assert/strict';
import type { RunDetail, StepStatus, StepView } from '../../protocol/run.ts';
import { type Branch, tallySentence, treeOf } from './tree.ts';

const step = (id: string, inside?: string, more: Partial<StepView> = {}): StepView => ({
  id,
  verb: 'run',
  line: 1,
  status: 'succeeded',
  attempts: 1,
  ...(inside === undefined ? {} : { inside }),
  ...more,
});
const loop = (id: string, more: Partial<StepView> = {}) => step(id, undefined, { verb: 'for-each', ...more });
const run = (...steps: StepView[]) => ({ steps }) as unknown as RunDetail;
const shape = (branch: Branch): unknown => {
  const name = branch.kind === 'step' ? branch.step.id : branch.label;
  return branch.children.length === 0 ? name : [name, ...branch.children.map(shape)];
};
const shapeOf = (...steps: StepView[]) => treeOf(run(...steps)).map(shape);

describe('the steps of a run as a tree', () => {
  it('stand below what they are in, and what undoes them at the end', () => {
    const steps = [
      step('block', undefined, { verb: 'parallel' }),
      step('left', 'block'),
      step('nested', 'block', { verb: 'call' }),
      step('nested/inner', 'nested'),
      step('undo/left', 'left'),
      step('after'),
      step('fallback/after/#1', 'after'),
    ];
    assert.deepEqual(shapeOf(...steps), [
      ['block', 'left', ['nested', 'nested/inner']],
      ['after', 'fallback/after/#1'],
      ['Rollback', 'undo/left'],
    ]);
  });

  it('of a loop stand below their item, in the order of the items and with their values', () => {
    const outputs = { items: [{ item: 'a' }, { item: { n: 2 } }] };
    const steps = [loop('each', { outputs }), step('each[1]/x', 'each'), step('each[0]/x', 'each'), step('each[0]/y', 'each')];
    assert.deepEqual(shapeOf(...steps), [['each', ['Item 1: a', 'each[0]/x', 'each[0]/y'], ['Item 2: {"n":2}', 'each[1]/x']]]);
  });

  it('of a loop in a loop stand below both items', () => {
    const steps = [loop('out'), step('out[0]/in', 'out', { verb: 'repeat' }), step('out[0]/in[1]/x', 'out[0]/in')];
    assert.deepEqual(shapeOf(...steps), [['out', ['Item 1', ['out[0]/in', ['Pass 2', 'out[0]/in[1]/x']]]]]);
  });

  it('of ten thousand items come by the hundred, and at once', () => {
    const statuses: readonly StepStatus[] = ['succeeded', 'succeeded', 'failed'];
    const many = Array.from({ length: 10_000 }, (_, at) => step(`each[${at}]/x`, 'each', { status: statuses[at % 3] ?? 'failed' }));
    const [branch] = treeOf(run(loop('each'), ...many));
    assert.equal(branch?.children.length, 100);
    const first = branch?.children[0];
    assert.ok(first?.kind === 'group');
    assert.equal(first.label, 'Items 1–100');
    assert.equal(first.children.length, 100);
    assert.equal(
      tallySentence(first.tally, (status) => status),
      '33 failed, 67 succeeded',
    );
  });

  it('are shown even where the engine does not say what they are in, or says what is not there', () => {
    assert.deepEqual(shapeOf(step('a', 'gone'), step('b', 'b'), step('c')), ['a', 'b', 'c']);
  });
});
