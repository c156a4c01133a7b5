import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '../../runbook/core/errors.ts';
import { readSharedTargets } from './shared-targets.ts';
import { temporaryFolder } from './support/fixtures.ts';

const refused = (why: RegExp) => (error: unknown) =>
  error instanceof ProblemError && error.problem.code === 'targets-invalid' && why.test(error.problem.message);

describe('shared targets', () => {
  it('are those with a type; what begins with x- is for other tools, and no file means none', async () => {
    using temporary = temporaryFolder();
    assert.deepEqual(await readSharedTargets(temporary.folder), {});
    writeFileSync(join(temporary.folder, 'targets.yaml'), 'x-note: 1\nedge: { type: ssh, host: h }\n');
    assert.deepEqual(await readSharedTargets(temporary.folder), { edge: { type: 'ssh', host: 'h' } });
  });

  it('are refused where the file is broken, a folder or a pipe', async () => {
    using temporary = temporaryFolder();
    const file = join(temporary.folder, 'targets.yaml');
    writeFileSync(file, 'edge: { host: h }\n');
    await assert.rejects(readSharedTargets(temporary.folder), refused(/no type/));
    writeFileSync(file, '[[[');
    await assert.rejects(readSharedTargets(temporary.folder), refused(/not valid YAML/));
    const folder = join(temporary.folder, 'folder');
    mkdirSync(join(folder, 'targets.yaml'), { recursive: true });
    await assert.rejects(readSharedTargets(folder), refused(/not a file/));
    if (process.platform === 'win32') return;
    const pipe = join(temporary.folder, 'pipe');
    mkdirSync(pipe);
    execFileSync('mkfifo', [join(pipe, 'targets.yaml')]);
    await assert.rejects(readSharedTargets(pipe), refused(/not a file/));
  });
});
