import assert from 'node:assert/strict';
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setImmediate as immediate } from 'node:timers/promises';
import { localConnector } from './connector.ts';
import { attemptOf, leftBehind, removeFolders, supervisorPath, type TestAttempt, until } from './fixture.ts';
import { processes } from './processes.ts';
import { startSupervisor } from './session.ts';

const local = localConnector({ supervisorPath, grace: 400 });

/** An engine of its own process that runs the attempt. */
function startEngine(attempt: TestAttempt): ChildProcessByStdio<null, Readable, null> {
  const { controller: _controller, shown: _shown, saw: _saw, signal: _signal, output: _output, ...plain } = attempt;
  return spawn(process.execPath, [join(import.meta.dirname, 'fixture-engine.ts'), JSON.stringify(plain)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Resolves when `text` came out of it. */
async function engineWith(attempt: TestAttempt, text: string): Promise<ChildProcess> {
  const engine = startEngine(attempt);
  let seen = '';
  await new Promise<void>((resolve) =>
    engine.stdout.on('data', (chunk) => {
      seen += chunk;
      if (seen.includes(text)) resolve();
    }),
  );
  return engine;
}

async function killed(engine: ChildProcess): Promise<void> {
  const gone = engine.exitCode === null ? new Promise((resolve) => engine.once('exit', resolve)) : undefined;
  engine.kill('SIGKILL');
  await gone;
}

const touch = (attempt: TestAttempt, file: string) => writeFileSync(join(attempt.folder, file), '');
/** Waits for the test to touch `file`. */
const wait = (file: string) => `while [ ! -e ${file} ]; do sleep 0.02; done`;

describe('local connector after the engine was killed', () => {
  afterEach(removeFolders);

  it('awaits a script that lives, shows its output from then on, and answers its end', async () => {
    const attempt = attemptOf(`echo one\n${wait('go')}\necho "two $SECRET"\necho "n=1" >> "$RUNWRIGHT_OUTPUT"\nexit 7`, {
      secrets: ['hunter2-hunter2'],
      env: { SECRET: 'hunter2-hunter2' },
    });
    await killed(await engineWith(attempt, 'one'));
    const recovered = local.recover({ ...attempt, secrets: [] });
    touch(attempt, 'go');
    const outcome = await recovered;
    assert.ok(typeof outcome === 'object' && outcome.kind === 'failed');
    assert.equal(outcome.error.code, 'exit-code');
    assert.deepEqual(outcome.outputs, { stdout: 'one\ntwo ***', stderr: '', 'exit-code': 7, n: '1' });
    assert.ok(!attempt.shown.stdout.includes('one'));
  });

  it('reads how a script ended while no engine was there', async () => {
    const attempt = attemptOf(`echo one\n${wait('go')}\nhead -c 5000000 /dev/zero | tr '\\0' x\necho two`);
    await killed(await engineWith(attempt, 'one'));
    touch(attempt, 'go');
    await until(() => existsSync(join(attempt.folder, 'ended.json')));
    const outcome = await local.recover(attempt);
    assert.deepEqual(outcome, { kind: 'succeeded', exitCode: 0, outputs: { stderr: '', 'exit-code': 0, 'too-large': ['stdout'] } });
  });

  it('cancels a script it has taken over', async () => {
    const attempt = attemptOf('trap "" TERM\necho one\nsleep 300 & sleep 300');
    await killed(await engineWith(attempt, 'one'));
    const recovered = local.recover(attempt);
    attempt.controller.abort();
    assert.deepEqual(await recovered, { kind: 'cancelled' });
    await until(() => leftBehind(attempt.folder).length === 0);
  });

  it('counts the time limit from the start', async () => {
    const attempt = attemptOf('echo one\nsleep 300', { timeout: 60_000 });
    await killed(await engineWith(attempt, 'one'));
    const started = JSON.parse(readFileSync(join(attempt.folder, 'started.json'), 'utf8'));
    writeFileSync(join(attempt.folder, 'started.json'), JSON.stringify({ ...started, time: started.time - 61_000 }));
    const outcome = await local.recover(attempt);
    assert.ok(typeof outcome === 'object' && outcome.kind === 'failed' && outcome.error.code === 'step-timeout');
  });

  it('finishes a stop that was written down but not said', async () => {
    const attempt = attemptOf('echo one\nsleep 300');
    await killed(await engineWith(attempt, 'one'));
    writeFileSync(join(attempt.folder, 'stop.json'), JSON.stringify({ reason: 'cancelled' }));
    assert.deepEqual(await local.recover(attempt), { kind: 'cancelled' });
  });

  it('does not know what became of a script whose supervisor was killed too, and ends it', async () => {
    const attempt = attemptOf('echo one\nsleep 300');
    await killed(await engineWith(attempt, 'one'));
    const { supervisorPid, pid } = JSON.parse(readFileSync(join(attempt.folder, 'started.json'), 'utf8'));
    process.kill(supervisorPid, 'SIGKILL');
    assert.equal(await local.recover(attempt), undefined);
    // Whoever repeats the step must not have two of it.
    assert.equal(processes.groupLives(pid), false);
  });

  it('takes no stranger with the same pid for the supervisor', async () => {
    const attempt = attemptOf('true');
    writeFileSync(join(attempt.folder, 'claim.json'), JSON.stringify({ pid: process.pid, startTime: '1@other-boot' }));
    assert.equal(await local.recover(attempt), undefined);
  });

  it('keeps a supervisor that comes late from starting the script', async () => {
    const attempt = attemptOf('true');
    const supervisor = startSupervisor(supervisorPath);
    assert.equal(await local.recover(attempt), 'not-begun');
    const gone = new Promise((resolve) => supervisor.once('exit', resolve));
    const job = {
      folder: attempt.folder,
      turn: 1,
      commands: [['touch', 'ran']],
      env: { PATH: process.env.PATH },
      cwd: attempt.folder,
      secrets: [],
      spoolLimit: 1000,
      grace: 100,
    };
    supervisor.stdin.end(JSON.stringify(job));
    await gone;
    assert.ok(!existsSync(join(attempt.folder, 'ran')));
  });

  it('runs what had not begun once, however often the engine dies before it begins', async () => {
    const attempt = attemptOf('echo ran >> ran');
    assert.equal(await local.recover(attempt), 'not-begun');
    assert.equal(await local.recover(attempt), 'not-begun');
    writeFileSync(join(attempt.folder, 'stop.json'), JSON.stringify({ reason: 'timeout' }));
    assert.equal((await local.run(attempt)).kind, 'succeeded');
    assert.equal(readFileSync(join(attempt.folder, 'ran'), 'utf8'), 'ran\n');
    assert.ok(!existsSync(join(attempt.folder, 'stop.json')));
    const outcome = await local.recover(attempt);
    assert.ok(typeof outcome === 'object' && outcome.kind === 'succeeded');
  });

  it('does not know what a claim means that cannot be read', async () => {
    const attempt = attemptOf('true');
    writeFileSync(join(attempt.folder, 'claim.json'), '{"pid":');
    assert.equal(await local.recover(attempt), undefined);
  });

  it('starts nothing from half a job', async () => {
    const attempt = attemptOf('true');
    const supervisor = startSupervisor(supervisorPath);
    const gone = new Promise((resolve) => supervisor.once('exit', resolve));
    supervisor.stdin.end('{"folder":');
    assert.equal(await gone, 1);
    assert.ok(!existsSync(join(attempt.folder, 'claim.json')));
  });

  it('never writes a job or a secret where others can read it', async () => {
    const attempt = attemptOf(`echo one\n${wait('go')}`, { secrets: ['hunter2-hunter2'], env: { SECRET: 'hunter2-hunter2' } });
    // The attempt reaches the test's engine by argv; what is looked at is the supervisor.
    await killed(await engineWith(attempt, 'one'));
    const { supervisorPid } = JSON.parse(readFileSync(join(attempt.folder, 'started.json'), 'utf8'));
    for (const file of ['cmdline', 'environ']) assert.ok(!readFileSync(`/proc/${supervisorPid}/${file}`, 'latin1').includes('hunter2'));
    touch(attempt, 'go');
    const outcome = await local.recover(attempt);
    assert.ok(typeof outcome === 'object' && outcome.kind === 'succeeded');
  });

  for (const file of ['script.sh', 'claim.json', 'stdout', 'started.json', 'ran', 'ended.json']) {
    it(`runs a script once or not at all, and knows which, when the engine is killed as ${file} appears`, async () => {
      for (let turn = 0; turn < 3; turn++) {
        const attempt = attemptOf('echo ran >> ran\necho done');
        const engine = startEngine(attempt);
        for (const path = join(attempt.folder, file); !existsSync(path); ) await immediate();
        await killed(engine);
        const outcome = await local.recover(attempt);
        if (outcome === 'not-begun') {
          // Only before the supervisor had its claim; if it comes yet, it finds the claim taken and goes.
          assert.equal(file, 'script.sh');
          assert.equal((await local.run(attempt)).kind, 'succeeded');
          await until(() => leftBehind(attempt.folder).length === 0);
        } else assert.ok(typeof outcome === 'object' && outcome.kind === 'succeeded');
        assert.equal(readFileSync(join(attempt.folder, 'ran'), 'utf8'), 'ran\n');
      }
    });
  }
});
