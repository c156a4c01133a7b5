import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const lock = join(import.meta.dirname, 'lock.mjs');
const program = (file: string, body: string) =>
  `import { locked } from ${JSON.stringify(lock)};\nawait locked(${JSON.stringify(file)}, async () => { ${body} });`;
const start = (text: string) => spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'pipe'] });

describe('the lock of scripts', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-lock-'));
    file = join(folder, 'deep/lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lets one process at a time in', async () => {
    const log = join(folder, 'log');
    const body = `const { appendFileSync } = await import('node:fs'); appendFileSync(${JSON.stringify(log)}, 'in '); await new Promise((r) => setTimeout(r, 50)); appendFileSync(${JSON.stringify(log)}, 'out ');`;
    const codes = await Promise.all([1, 2, 3].map(async () => (await once(start(program(file, body)), 'exit'))[0]));
    assert.deepEqual(codes, [0, 0, 0]);
    assert.equal(readFileSync(log, 'utf8'), 'in out in out in out ');
    assert.ok(!existsSync(file), 'the lock was left behind');
  });

  it('is taken over from a process that was killed', async () => {
    const killed = start(program(file, "process.stdout.write('in'); setInterval(() => {}, 1000); await new Promise(() => {});"));
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    assert.ok(existsSync(file));
    const [code] = await once(start(program(file, '')), 'exit');
    assert.equal(code, 0);
  });

  it('waits, and says so, for a program that outlived the process that ran it', async () => {
    const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    rmSync(file, { force: true });
    const here = join(folder, 'lock');
    writeFileSync(here, `${dead.pid} ${orphan.pid}\n`);
    const waiting = start(program(here, ''));
    const [said] = await once(waiting.stderr, 'data');
    assert.match(String(said), new RegExp(`Waiting for process ${orphan.pid}`));
    orphan.kill('SIGKILL');
    const [code] = await once(waiting, 'exit');
    assert.equal(code, 0);
  });
});
