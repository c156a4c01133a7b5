import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ProblemError } from '../../runbook/core/errors.ts';
import { policyFor, readPolicy, writePolicy } from './policy.ts';
import { temporaryFolder } from './support/fixtures.ts';
import { assistant, person } from './support/harness.ts';

describe('policy', () => {
  it('is high until set, and keeps what was set', async () => {
    using dir = temporaryFolder();
    assert.deepEqual(await readPolicy(dir.folder), { askFrom: 'high' });
    await writePolicy(dir.folder, { askFrom: 'medium' });
    assert.deepEqual(await readPolicy(dir.folder), { askFrom: 'medium' });
    assert.deepEqual(await policyFor(dir.folder, person), { askFrom: 'medium' });
  });

  it('asks about everything when it cannot be read, or when no person asked', async () => {
    using dir = temporaryFolder();
    for (const text of ['', '{', 'null', '{"askFrom":"never"}', '{"askFrom":7}']) {
      writeFileSync(join(dir.folder, 'policy.json'), text);
      assert.deepEqual(await readPolicy(dir.folder), { askFrom: 'low' }, text);
    }
    await writePolicy(dir.folder, { askFrom: 'critical' });
    assert.deepEqual(await policyFor(dir.folder, assistant), { askFrom: 'low' });
  });

  it('that cannot be written is a problem of the state folder', async () => {
    using dir = temporaryFolder();
    const writing = writePolicy(join(dir.folder, 'none'), { askFrom: 'low' });
    await assert.rejects(writing, (error) => error instanceof ProblemError && error.problem.code === 'state-folder');
  });
});
