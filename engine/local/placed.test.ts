import assert from 'node:assert/strict';
import { insideOf } from './placed.ts';

// Path of the instance, pattern of its step, pattern of the step around it, what it is in.
const cases: readonly [string, string, string | undefined, string | undefined][] = [
  ['first', 'first', undefined, undefined],
  ['branch', 'branch', 'both', 'both'],
  ['both/#2', 'both/#2', 'both', 'both'],
  ['each[3]/probe', 'each[]/probe', 'each', 'each'],
  ['each[3]/again[1]/probe', 'each[]/again[]/probe', 'each[]/again', 'each[3]/again'],
  ['nested/inner', 'inner', undefined, 'nested'],
  ['each[2]/nested/inner', 'inner', undefined, 'each[2]/nested'],
  ['nested/loop[4]/inner', 'loop[]/inner', 'loop', 'nested/loop'],
  ['nested/verify/inner', 'verify/inner', undefined, 'nested'],
  ['verify/blocked', 'verify/blocked', undefined, undefined],
  ['undo/each[3]/probe', 'undo/each[]/probe', 'each[]/probe', 'each[3]/probe'],
  ['undo/nested/inner', 'undo/inner', 'inner', 'nested/inner'],
  ['fallback/first/#1', 'fallback/first/#1', 'first', 'first'],
];

describe('what a step is in', () => {
  for (const [path, pattern, around, inside] of cases)
    it(`${path}: ${inside ?? 'the runbook'}`, () => assert.equal(insideOf(path, pattern, around), inside));
});
