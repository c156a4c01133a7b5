import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { attemptFolder, makeAttemptFolder } from './attempt-folder.ts';
import { keepOutput, readOutput } from './output.ts';
import { temporaryFolder } from './support/fixtures.ts';

describe('output of an attempt', () => {
  it('is its end, whole characters, with a note when there was more', () => {
    using dir = temporaryFolder();
    assert.deepEqual(readOutput(dir.folder), { stdout: '', stderr: '', truncated: false, offsets: { stdout: 0, stderr: 0 } });
    keepOutput(dir.folder, 'stderr', 'short\n');
    assert.deepEqual(readOutput(dir.folder), { stdout: '', stderr: 'short\n', truncated: false, offsets: { stdout: 0, stderr: 0 } });
    for (let part = 0; part < 40; part++) keepOutput(dir.folder, 'stdout', 'ä'.repeat(50_000));
    keepOutput(dir.folder, 'stdout', 'x');
    const { stdout, truncated, offsets } = readOutput(dir.folder);
    assert.equal(offsets.stdout + Buffer.byteLength(stdout), 40 * 100_000 + 1);
    assert.ok(truncated);
    assert.match(stdout, /^ä+x$/);
    assert.ok(Buffer.byteLength(stdout) > 64 * 1024 - 4);
  });

  it("is the supervisor's spool where there is one", () => {
    using dir = temporaryFolder();
    keepOutput(dir.folder, 'stdout', 'own');
    writeFileSync(join(dir.folder, 'stdout'), 'spooled');
    assert.equal(readOutput(dir.folder).stdout, 'spooled');
  });
});

describe('folder of an attempt', () => {
  it('stays inside the state folder and apart from every other', () => {
    const paths = ['a', 'A', 'undo/a', 'undo%2fa', '#1', '..', '../../etc', 'CON', 'x'.repeat(300), `${'x'.repeat(299)}y`, 'ü'];
    const folders = paths.map((path) => attemptFolder('/state', 'r-1', path, 1));
    for (const folder of folders) assert.match(folder, /^\/state\/runs\/r-1\/[^/]{1,80}\/1$/);
    assert.ok(!folders.some((folder) => folder.includes('..')));
    assert.equal(new Set(folders.map((folder) => folder.toLowerCase())).size, paths.length);
  });

  it('is new only once', async () => {
    using dir = temporaryFolder();
    const folder = attemptFolder(dir.folder, 'r-1', 'a', 1);
    assert.deepEqual([await makeAttemptFolder(folder), await makeAttemptFolder(folder)], [true, false]);
  });
});
