import assert from 'node:assert/strict';
import { stepFinder } from './steps.ts';

const steps = ['a', 'each', 'each[]/probe', 'undo/a', 'verify/seen', 'fallback/a/#1'].map((path) => ({ path }));
const cases: readonly [string, string | undefined][] = [
  ['a', 'a'],
  ['each[12]/probe', 'each[]/probe'],
  ['undo/a', 'undo/a'],
  ['nested/a', 'a'],
  ['outer[3]/nested/each[0]/probe', 'each[]/probe'],
  ['undo/nested/a', 'undo/a'],
  ['nested/verify/seen', 'verify/seen'],
  ['fallback/nested/a/#1', 'fallback/a/#1'],
  ['nested/b', undefined],
];

describe('the step that a path of a run means', () => {
  for (const [path, found] of cases) it(path, () => assert.equal(stepFinder(steps)(path)?.path, found));
});
