import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { testContext } from '../../actions/testing/context.ts';
import type { Host } from '../../engine/connectors/host.ts';
import { ProblemError } from '../../runbook/core/errors.ts';
import { commandLines, until } from './support/ssh-attempt.ts';
import { type Home, makeHome, type Sshd, startSshd } from './support/sshd.ts';

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  );

describe('an SSH host that an action works on', () => {
  let home: Home;
  let server: Sshd;
  let folder: string;
  let made: ReturnType<typeof testContext>;
  let host: Host;
  const at = (name: string) => join(folder, name);

  before(async () => {
    home = makeHome();
    server = await startSshd(home);
    home.trust(server);
    folder = join(home.folder, "work 'n' more");
    mkdirSync(folder);
  });
  beforeEach(async () => {
    made = testContext({
      connection: { type: 'ssh', host: '127.0.0.1', port: server.port, user: server.user, key: home.privateKey },
      environment: { HOME: home.folder },
    });
    host = await made.context.host();
  });
  afterEach(() => made.remove());
  after(async () => {
    await server?.stop();
    home?.remove();
  });

  it('runs a script with arguments that nothing expands, a stdin, variables, and answers how it ended', async () => {
    assert.equal(host.name, 'target');
    const args = ["it's", '$(touch owned)', '-n', 'two\nlines', ''];
    const ran = await host.run('printf "%s|" "$@"; echo "$#$EXTRA" >&2; cat; exit 3', { args, stdin: 'in\n', env: { EXTRA: "'$x" } });
    assert.deepEqual(ran, { exitCode: 3, stdout: `${args.join('|')}|in\n`, stderr: "5'$x\n", truncated: false });
    const none = await host.run('echo "$#"; kill -KILL $$');
    assert.deepEqual([none.stdout, none.exitCode], ['0\n', 137]);
    assert.equal((await host.run('cat; if then', { stdin: 'x' })).exitCode !== 0, true);
    assert.equal(await codeOf(host.run('true', { env: { 'A B': '' } })), 'env-name');
  });

  it('hands a large stdin over, and takes no part of it for a command', async () => {
    const stdin = Buffer.alloc(3_000_000, 'touch owned\n');
    let seen = 0;
    const ran = await host.run('cat', { stdin, onStdout: (chunk) => (seen += chunk.length) });
    assert.deepEqual([ran.exitCode, seen], [0, 3_000_000]);
    assert.equal((await host.run('true', { stdin })).exitCode, 0);
    assert.ok(!existsSync(join(home.folder, 'owned')));
  });

  it('has neither script nor arguments nor variables in a command line', async () => {
    const running = host.run(`: very-secret-script; while [ ! -e "$2" ]; do sleep 0.05; done`, {
      args: ['very-secret-argument', at('go')],
      env: { X: 'very-secret-variable' },
    });
    await sleep(300);
    const seen = commandLines();
    writeFileSync(at('go'), '');
    assert.equal((await running).exitCode, 0);
    assert.ok(!seen.includes('very-secret'));
  });

  it('ends the whole group there when told to, and then says why', async () => {
    const controller = new AbortController();
    const running = host.run('sleep 30117719 & echo $$ >"$1"; trap "" TERM; sleep 30127719; sleep 30137719', {
      args: [at('pid')],
      signal: controller.signal,
    });
    await until(() => existsSync(at('pid')) && readFileSync(at('pid'), 'utf8') !== '' && commandLines().includes('30127719'));
    controller.abort(new Error('enough'));
    await assert.rejects(running, /enough/);
    assert.ok(!/301[123]7719/.test(commandLines()));
    await assert.rejects(host.run('true', { signal: controller.signal }), /enough/);
  });

  it('does not wait for what a script leaves in the background', async () => {
    const { stdout, exitCode } = await host.run('sleep 3021 & echo $!');
    assert.equal(exitCode, 0);
    process.kill(Number(stdout));
  });

  it('says so when the connection goes in the middle', async () => {
    const running = host.run('echo begun >"$1"; sleep 5', { args: [at('begun')] });
    await until(() => existsSync(at('begun')));
    server.cut();
    assert.equal(await codeOf(running), 'host-lost');
  });

  it('reads files whole, and says why one cannot be read', async () => {
    const bytes = Buffer.alloc(5_000_000, 'any bytes \0\n\xff', 'latin1');
    writeFileSync(at('-big'), bytes);
    assert.ok((await buffer(host.read(at('-big')))).equals(bytes));
    writeFileSync(at('empty'), '');
    assert.equal((await buffer(host.read(at('empty')))).length, 0);
    assert.equal(await codeOf(buffer(host.read(at('none')))), 'path-missing');
    assert.equal(await codeOf(buffer(host.read(folder))), 'path-kind');
    for await (const chunk of host.read(at('-big'))) {
      assert.ok(chunk.length > 0);
      break;
    }
    assert.equal((await host.run('echo still there')).stdout, 'still there\n');
  });

  it('does not take half a file for the whole', async () => {
    writeFileSync(at('long'), Buffer.alloc(30_000_000));
    const read = async () => {
      let first = true;
      for await (const _ of host.read(at('long'))) {
        if (first) server.cut();
        first = false;
      }
    };
    assert.equal(await codeOf(read()), 'host-lost');
  });

  it('writes a file whole or not at all, keeps the mode of what was there, and follows links', async () => {
    mkdirSync(at('w'));
    const file = at("w/a 'file'");
    await host.write(file, 'one');
    assert.equal(statSync(file).mode & 0o777, 0o644);
    chmodSync(file, 0o640);
    symlinkSync("a 'file'", at('w/link'));
    const bytes = Buffer.alloc(2_500_000, 'pieces ');
    const pieces = async function* () {
      for (let from = 0; from < bytes.length; from += 300_000) yield bytes.subarray(from, from + 300_000);
    };
    await host.write(at('w/link'), pieces());
    assert.ok(readFileSync(file).equals(bytes));
    assert.equal(statSync(file).mode & 0o777, 0o640);
    await host.write(file, '', { mode: 0o600 });
    assert.deepEqual([readFileSync(file, 'utf8'), statSync(file).mode & 0o777], ['', 0o600]);
    const broken = async function* () {
      yield Buffer.from('half');
      throw new Error('source broke');
    };
    await assert.rejects(host.write(file, broken()), /source broke/);
    const cut = async function* () {
      yield Buffer.alloc(100_000);
      server.cut();
      yield Buffer.alloc(100_000);
    };
    assert.equal(await codeOf(host.write(file, cut())), 'host-lost');
    await until(() => !readdirSync(at('w')).some((name) => name.startsWith('.')));
    assert.deepEqual([readFileSync(file, 'utf8'), readdirSync(at('w')).sort()], ['', ["a 'file'", 'link']]);
    assert.equal(await codeOf(host.write(at('no/where'), 'x')), 'path-missing');
    assert.equal(await codeOf(host.write(at('w'), 'x')), 'path-kind');
  });

  it('knows what is at a path', async () => {
    writeFileSync(at('s'), 'four', { mode: 0o604 });
    const found = await host.stat(at('s'));
    assert.deepEqual({ ...found, modified: 0 }, { kind: 'file', size: 4, mode: 0o604, modified: 0 });
    assert.ok(Math.abs((found?.modified ?? 0) - statSync(at('s')).mtimeMs) < 1000);
    assert.equal((await host.stat(folder))?.kind, 'folder');
    assert.equal((await host.stat('/dev/null'))?.kind, 'other');
    assert.equal(await host.stat(at('none')), undefined);
    assert.equal(await host.stat(at('s/below')), undefined);
  });
});
