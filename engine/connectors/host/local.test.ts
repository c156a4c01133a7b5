import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ProblemError } from '../../../runbook/core/errors.ts';
import { localHost } from './local.ts';

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  );

describe('the engine’s own machine as a host', () => {
  let folder: string;
  const host = (signal = new AbortController().signal) =>
    localHost({ folder, environment: { PATH: process.env.PATH ?? '', SECRET: 'given' }, signal });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-host-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('runs a script with arguments that nothing expands, a stdin, variables, and answers how it ended', async () => {
    const args = ["it's", '$(touch owned)', '-n', 'two\nlines', ''];
    const ran = await host().run('printf "%s|" "$@"; echo "$#$EXTRA$SECRET" >&2; cat; pwd; exit 3', {
      args,
      stdin: 'in\n',
      env: { EXTRA: "'$x" },
    });
    assert.deepEqual(ran, { exitCode: 3, stdout: `${args.join('|')}|in\n${folder}\n`, stderr: "5'$xgiven\n", truncated: false });
    assert.deepEqual(readdirSync(folder), []);
    const none = await host().run('echo "$#"; kill -KILL $$');
    assert.deepEqual([none.stdout, none.exitCode], ['0\n', 137]);
  });

  it('has neither script nor arguments in a command line', async () => {
    const { stdout } = await host().run('tr "\\0" " " </proc/$$/cmdline; : not-in-sight', { args: ['also-not'] });
    assert.ok(!/not-in-sight|also-not/.test(stdout), stdout);
  });

  it('keeps no more output than its limit, and hands it out instead where that is wanted', async () => {
    const ran = await host().run('yes | head -c 5000; echo short >&2', { limit: 1000 });
    assert.deepEqual([ran.stdout.length, ran.stderr, ran.truncated], [1000, 'short\n', true]);
    let seen = 0;
    const all = await host().run('yes | head -c 3000000', { onStdout: (chunk) => (seen += chunk.length) });
    assert.deepEqual([seen, all.stdout, all.truncated], [3_000_000, '', false]);
  });

  it('does not wait for what a script leaves in the background, and ends all of its group when told to', async () => {
    const { stdout } = await host().run('sleep 300 & echo $!');
    process.kill(Number(stdout));
    const controller = new AbortController();
    const running = host(controller.signal).run('trap "" TERM; (sleep 301; true) & echo $$ >pid; wait; wait; sleep 302');
    while (!readdirSync(folder).includes('pid') || readFileSync(join(folder, 'pid'), 'utf8') === '')
      await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort(new Error('enough'));
    await assert.rejects(running, /enough/);
    const group = readFileSync(join(folder, 'pid'), 'utf8').trim();
    assert.equal(execFileSync('sh', ['-c', `ps -o stat= -g ${group} | grep -v Z | wc -l`], { encoding: 'utf8' }).trim(), '0');
    await assert.rejects(host(controller.signal).run('echo'), /enough/);
  });

  it('reads files, and says why one cannot be read', async () => {
    const file = join(folder, 'a file');
    const bytes = Buffer.alloc(700_000, 'xyz');
    writeFileSync(file, bytes);
    assert.ok((await buffer(host().read(file))).equals(bytes));
    assert.equal(await codeOf(buffer(host().read(join(folder, 'none')))), 'path-missing');
    assert.equal(await codeOf(buffer(host().read(join(file, 'below')))), 'path-missing');
    assert.equal(await codeOf(buffer(host().read(folder))), 'path-kind');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    assert.equal(await codeOf(buffer(host().read(join(folder, 'pipe')))), 'path-kind');
    for await (const chunk of host().read(file)) {
      assert.ok(chunk.length > 0);
      break;
    }
  });

  it('writes a file whole or not at all, keeps the mode of what was there, and follows links', async () => {
    const file = join(folder, 'f');
    await host().write(file, 'one');
    assert.equal(statSync(file).mode & 0o777, 0o666 & ~process.umask());
    chmodSync(file, 0o640);
    symlinkSync('f', join(folder, 'link'));
    await host().write(join(folder, 'link'), Buffer.from('two'));
    assert.deepEqual([readFileSync(file, 'utf8'), statSync(file).mode & 0o777], ['two', 0o640]);
    await host().write(file, 'three', { mode: 0o600 });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const broken = async function* () {
      yield Buffer.from('half');
      throw new Error('source broke');
    };
    await assert.rejects(host().write(file, broken()), /source broke/);
    assert.equal(readFileSync(file, 'utf8'), 'three');
    assert.deepEqual(readdirSync(folder).sort(), ['f', 'link']);
    assert.equal(await codeOf(host().write(join(folder, 'no/where'), 'x')), 'path-missing');
    mkdirSync(join(folder, 'sub'));
    assert.equal(await codeOf(host().write(join(folder, 'sub'), 'x')), 'path-kind');
  });

  it('knows what is at a path', async () => {
    writeFileSync(join(folder, 'f'), 'four', { mode: 0o604 });
    const found = await host().stat(join(folder, 'f'));
    assert.deepEqual({ ...found, modified: 0 }, { kind: 'file', size: 4, mode: 0o604, modified: 0 });
    assert.ok(Math.abs((found?.modified ?? 0) - statSync(join(folder, 'f')).mtimeMs) <= 1);
    assert.equal((await host().stat(folder))?.kind, 'folder');
    assert.equal((await host().stat('/dev/null'))?.kind, 'other');
    assert.equal(await host().stat(join(folder, 'none')), undefined);
  });
});
