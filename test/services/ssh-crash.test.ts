import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sshConnector } from '../../engine/connectors/ssh/connector.ts';
import { newName } from '../../engine/connectors/ssh/record.ts';
import {
  attemptOn,
  classOf,
  codeOf,
  commandLines,
  onDisk,
  outputs,
  remoteFolderOf,
  type SshAttempt,
  until,
} from './support/ssh-attempt.ts';
import { type Home, makeHome, type Sshd, startSshd } from './support/sshd.ts';

/** Waits for the test to make the file. */
const wait = 'while [ ! -e "$GO" ]; do sleep 0.02; done';

describe('an SSH step that is interrupted', () => {
  let home: Home;
  let server: Sshd;
  let ssh = sshConnector();
  let turn = 0;
  const attempt = (script: string, more: Parameters<typeof attemptOn>[3] = {}): SshAttempt & { go(): void } => {
    const file = join(home.folder, `go-${turn++}`);
    const edge = { host: '127.0.0.1', port: server.port, user: server.user, key: home.privateKey };
    const made = attemptOn(home, edge, script, { ...more, env: { GO: file, RAN: `${file}.ran`, ...more.env } });
    return { ...made, go: () => writeFileSync(file, '') };
  };
  const ran = (given: SshAttempt): string => {
    const { request } = given;
    return request.kind === 'script' ? readFileSync(request.env.RAN ?? '', 'utf8') : '';
  };
  /** Every process of the attempt is gone, the wrapper too. */
  const gone = (given: SshAttempt) => until(() => !commandLines().includes(remoteFolderOf(given)));

  before(async () => {
    home = makeHome();
    server = await startSshd(home);
    home.trust(server);
  });
  beforeEach(() => {
    ssh = sshConnector({ grace: 400, patience: 3000, idle: 500, timeout: 5000 });
  });
  afterEach(() => ssh.pool.close());
  after(async () => {
    await server?.stop();
    home?.remove();
  });

  describe('by a person or its time limit', () => {
    it('is ended with all that it started, and is cancelled', async () => {
      const given = attempt('sleep 300 & echo up; sleep 300');
      const done = ssh.run(given);
      await given.saw('up');
      given.controller.abort();
      assert.deepEqual(await done, { kind: 'cancelled' });
      await gone(given);
      await until(() => !existsSync(remoteFolderOf(given)));
    });

    it('is killed where it does not listen, also what it left in its group', async () => {
      const given = attempt('trap "" TERM\n(trap "" TERM; while :; do sleep 1; done) &\necho up; while :; do sleep 1; done', {
        timeout: 3000,
      });
      const outcome = await ssh.run(given);
      assert.equal(codeOf(outcome), 'step-timeout');
      assert.equal(classOf(outcome), 'timeout');
      assert.deepEqual(outputs(outcome), { stdout: 'up', stderr: '', 'exit-code': 137 });
      await gone(given);
    });

    it('never begins when it was cancelled before', async () => {
      const given = attempt('echo x >> "$RAN"');
      given.controller.abort();
      assert.deepEqual(await ssh.run(given), { kind: 'cancelled' });
      const late = attempt('echo x >> "$RAN"');
      const done = ssh.run(late);
      late.controller.abort();
      assert.deepEqual(await done, { kind: 'cancelled' });
      assert.throws(() => ran(given));
      assert.throws(() => ran(late));
    });
  });

  describe('by the network', () => {
    it('goes on, and its outcome is learned over a new connection, with all of its output', async () => {
      const given = attempt(`echo one; echo err >&2\n${wait}\necho "n=$((40+2))" >> "$RUNWRIGHT_OUTPUT"\necho two\nexit 4`);
      const done = ssh.run(given);
      await given.saw('one');
      server.cut();
      given.go();
      const outcome = await done;
      assert.deepEqual(outputs(outcome), { stdout: 'one\ntwo', stderr: 'err', 'exit-code': 4, n: '42' });
      assert.equal(given.shown.stdout, 'one\ntwo\n');
      await until(() => !existsSync(remoteFolderOf(given)));
    });

    it('keeps secrets and masks out of what is fetched later too', async () => {
      const given = attempt(`echo one\n${wait}\nT=$(printf tok-%s 777)\necho "add-mask=$T" >> "$RUNWRIGHT_OUTPUT"\necho "$SECRET $T"`, {
        env: { SECRET: 'canary-5512' },
        secrets: ['canary-5512'],
      });
      const done = ssh.run(given);
      await given.saw('one');
      server.cut();
      given.go();
      assert.equal(outputs(await done).stdout, 'one\n*** ***');
      assert.ok(!/canary-5512|tok-777/.test(onDisk(given.folder) + given.shown.stdout));
      assert.ok(!existsSync(remoteFolderOf(given)));
    });

    it('does not take a gap in long output for all of it', async () => {
      const given = attempt(`echo one\n${wait}\nhead -c 600000 /dev/zero | tr "\\0" x; echo; echo two`);
      const done = ssh.run(given);
      await given.saw('one');
      server.cut();
      given.go();
      const outcome = await done;
      assert.deepEqual(outputs(outcome), { stderr: '', 'exit-code': 0, 'too-large': ['stdout'] });
      assert.match(
        readFileSync(join(given.folder, 'stdout'), 'utf8'),
        /^one\nx{1000,}\n\[… what came while there was no connection is missing …\]\n$/,
      );
    });

    it('is cancelled over a new connection', async () => {
      const given = attempt('echo up; sleep 300');
      const done = ssh.run(given);
      await given.saw('up');
      server.cut();
      given.controller.abort();
      assert.deepEqual(await done, { kind: 'cancelled' });
      await gone(given);
    });

    it('is a failure of the network when the host does not come back, never a success', async () => {
      const own = await startSshd(home);
      home.trust(server, own);
      const given = attemptOn(home, { host: '127.0.0.1', port: own.port, user: own.user, key: home.privateKey }, 'echo up; sleep 4');
      const done = ssh.run(given);
      await given.saw('up');
      await own.stop();
      const outcome = await done;
      home.trust(server);
      assert.equal(codeOf(outcome), 'connection-lost');
      assert.equal(classOf(outcome), 'network');
      rmSync(remoteFolderOf(given), { recursive: true, force: true });
    });

    it('is not waited for for ever when the host no longer answers, and is not called cancelled', async () => {
      const own = await startSshd(home);
      home.trust(server, own);
      const given = attemptOn(home, { host: '127.0.0.1', port: own.port, user: own.user, key: home.privateKey }, 'echo up; sleep 3');
      const done = ssh.run(given);
      await given.saw('up');
      own.freeze();
      given.controller.abort();
      const outcome = await done;
      await own.stop();
      home.trust(server);
      assert.equal(codeOf(outcome), 'connection-lost');
      await gone(given);
      rmSync(remoteFolderOf(given), { recursive: true, force: true });
    });

    it('says so when what watched the script there was killed, and leaves no script behind', async () => {
      const given = attempt('echo up; sleep 300');
      const done = ssh.run(given);
      await given.saw('up');
      const [pid] = readFileSync(join(remoteFolderOf(given), 'wrapper'), 'utf8').split(' ');
      process.kill(Number(pid), 'SIGKILL');
      server.cut();
      const outcome = await done;
      assert.equal(codeOf(outcome), 'remote-lost');
      assert.equal(classOf(outcome), 'unknown');
      await until(() => !commandLines().includes('sleep\x00300'));
      await until(() => !existsSync(remoteFolderOf(given)));
    });
  });

  describe('by the end of the engine', () => {
    const fixture = join(import.meta.dirname, 'support/ssh-engine.ts');
    const startEngine = (given: SshAttempt): ChildProcess => {
      const { controller: _controller, shown: _shown, saw: _saw, signal: _signal, output: _output, ...plain } = given;
      const engine = spawn(process.execPath, [fixture], { stdio: ['pipe', 'pipe', 'inherit'] });
      engine.stdin?.end(JSON.stringify(plain));
      return engine;
    };
    const killed = async (engine: ChildProcess) => {
      const exit =
        engine.exitCode === null && engine.signalCode === null ? new Promise((resolve) => engine.once('exit', resolve)) : undefined;
      engine.kill('SIGKILL');
      await exit;
    };
    const engineThatSaw = async (given: SshAttempt, text: string): Promise<void> => {
      const engine = startEngine(given);
      let seen = '';
      await new Promise<void>((resolve) =>
        engine.stdout?.on('data', (chunk) => {
          seen += chunk;
          if (seen.includes(text)) resolve();
        }),
      );
      await killed(engine);
    };

    it('is awaited when it still runs, with its output, masks and outputs', async () => {
      const given = attempt(
        `echo one\n${wait}\necho "add-mask=hidden-77" >> "$RUNWRIGHT_OUTPUT"; echo "two $SECRET hidden-77"; echo "n=1" >> "$RUNWRIGHT_OUTPUT"\nexit 7`,
        {
          env: { SECRET: 'hunter2-hunter2' },
          secrets: ['hunter2-hunter2'],
        },
      );
      await engineThatSaw(given, 'one');
      const recovered = ssh.recover(given);
      given.go();
      const outcome = await recovered;
      assert.ok(typeof outcome === 'object' && codeOf(outcome) === 'exit-code');
      assert.deepEqual(outputs(outcome), { stdout: 'one\ntwo *** ***', stderr: '', 'exit-code': 7, n: '1' });
      assert.equal(readFileSync(join(given.folder, 'stdout'), 'utf8'), 'one\ntwo *** ***\n');
      await until(() => !existsSync(remoteFolderOf(given)));
      // Asked again, as after another crash, it says the same.
      const again = await ssh.recover(given);
      assert.ok(typeof again === 'object' && outputs(again).n === '1');
    });

    it('is known when it ended while no engine was there', async () => {
      const given = attempt(`echo one\n${wait}\necho two`);
      await engineThatSaw(given, 'one');
      given.go();
      await until(() => existsSync(join(remoteFolderOf(given), 'end')));
      const outcome = await ssh.recover(given);
      assert.ok(typeof outcome === 'object' && outcome.kind === 'succeeded');
      assert.equal(outputs(outcome).stdout, 'one\ntwo');
      await until(() => !existsSync(remoteFolderOf(given)));
    });

    it('can be cancelled, and its time limit counts from its start', async () => {
      const given = attempt('echo one; sleep 300');
      await engineThatSaw(given, 'one');
      const recovered = ssh.recover(given);
      given.controller.abort();
      assert.deepEqual(await recovered, { kind: 'cancelled' });
      await gone(given);
      const slow = { ...attempt('echo one; sleep 300'), timeout: 60_000 };
      await engineThatSaw(slow, 'one');
      const file = join(slow.folder, 'remote.json');
      const record = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify({ ...record, time: record.time - 61_000 }));
      const outcome = await ssh.recover(slow);
      assert.ok(typeof outcome === 'object' && codeOf(outcome) === 'step-timeout');
      await gone(slow);
    });

    it('is not known when the other side has forgotten it, or nobody there watched it', async () => {
      const given = attempt(`echo one\n${wait}`);
      await engineThatSaw(given, 'one');
      const folder = remoteFolderOf(given);
      given.go();
      await until(() => existsSync(join(folder, 'end')));
      rmSync(folder, { recursive: true });
      assert.equal(await ssh.recover(given), undefined);

      const lost = attempt('echo one; sleep 300');
      await engineThatSaw(lost, 'one');
      const [pid] = readFileSync(join(remoteFolderOf(lost), 'wrapper'), 'utf8').split(' ');
      process.kill(Number(pid), 'SIGKILL');
      assert.equal(await ssh.recover(lost), undefined);
      // Whoever repeats the step must not have two of it.
      await until(() => !commandLines().includes('sleep\x00300'));
      await until(() => !existsSync(remoteFolderOf(lost)));
    });

    it('is not known while its host cannot be reached', async () => {
      const given = attempt('true');
      writeFileSync(join(given.folder, 'remote.json'), JSON.stringify({ name: newName(), told: true, time: Date.now() }));
      const { request } = given;
      assert.ok(request.kind === 'script');
      const away = { ...given, request: { ...request, connection: { ...request.connection, port: 1 } } };
      assert.equal(await sshConnector({ patience: 300 }).recover(away), undefined);
    });

    for (const file of ['remote.json', 'wrapper', 'claim', 'script-process', 'ran', 'end', 'ended.json']) {
      it(`runs once or not at all, and it is known which, when the engine is killed as ${file} appears`, async () => {
        for (let round = 0; round < 3; round++) {
          const given = attempt('echo ran >> "$RAN"\necho done');
          const { request } = given;
          assert.ok(request.kind === 'script');
          const engine = startEngine(given);
          const there = () => {
            if (file === 'ran') return existsSync(request.env.RAN ?? '');
            if (file.endsWith('.json')) return existsSync(join(given.folder, file));
            return existsSync(join(given.folder, 'remote.json')) && existsSync(join(remoteFolderOf(given), file));
          };
          while (!there() && !existsSync(join(given.folder, 'ended.json'))) await sleep(1);
          await killed(engine);
          const outcome = await ssh.recover(given);
          if (outcome === 'not-begun') {
            assert.throws(() => ran(given));
            assert.equal((await ssh.run(given)).kind, 'succeeded');
          } else assert.ok(typeof outcome === 'object' && outcome.kind === 'succeeded', JSON.stringify(outcome));
          assert.equal(ran(given), 'ran\n');
          await until(() => !existsSync(remoteFolderOf(given)));
        }
      }).timeout(60_000);
    }
  });
});
