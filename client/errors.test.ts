import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { problem } from '../runbook/core/errors.ts';
import { draining, otherVersion, unreachable } from './errors.ts';

describe("the client's own errors", () => {
  it("are the catalogue's, word for word", () => {
    assert.deepEqual(unreachable('why').error, problem('engine-unreachable', { why: 'why' }));
    assert.deepEqual(draining('1.2.3').error, problem('engine-draining', { version: '1.2.3' }));
    assert.deepEqual(otherVersion(2, 1).error, problem('engine-other-version', { theirs: 2, ours: 1 }));
  });
});
