import assert from 'node:assert/strict';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventsOf, exit, sandboxes } from './support.ts';

const hello = 'samples/hello.runbook.yaml';
const pressure = 'samples/disk-pressure.runbook.yaml';

interface Detail {
  readonly id: string;
  readonly status: string;
  readonly approvals: { step: string; kind: string; digest: string; status: string; note?: string }[];
}

describe('runwright runs and show', () => {
  const sandbox = sandboxes();

  it('lists the newest run first', async () => {
    assert.deepEqual((await sandbox().json<unknown[]>(['runs'])).value, []);
    assert.match((await sandbox().run(['runs'])).stdout, /^Nothing has been run yet\./);
    const first = eventsOf((await sandbox().run(['run', hello, '--json'])).stdout).last;
    const second = eventsOf((await sandbox().run(['run', pressure, '--json'])).stdout).last;
    const { value } = await sandbox().json<Record<string, unknown>[]>(['runs']);
    assert.deepEqual(
      value.map((run) => [run.id, run.status, run.runbook]),
      [
        [second.id, 'waiting_approval', 'Relieve disk pressure'],
        [first.id, 'completed', 'Hello'],
      ],
    );
    for (const key of ['id', 'runbook', 'status', 'createdAt', 'finishedAt', 'requestedBy'])
      assert(
        value.every((run) => key in run),
        key,
      );
    assert.equal(value[0]?.finishedAt, null);
    assert.equal((await sandbox().json<unknown[]>(['runs', '--limit', '1'])).value.length, 1);
    assert.match(
      (await sandbox().run(['runs'])).stdout,
      /^RUN +STATUS +STARTED +BY +RUNBOOK\n.*waiting for approval.*Relieve disk pressure\n.*completed.*Hello\n$/,
    );
  });

  it('shows a run with its steps, errors and outputs', async () => {
    const { last } = eventsOf((await sandbox().run(['run', 'samples/fetch-report.runbook.yaml', '--json'])).stdout);
    const { code, value } = await sandbox().json(['show', last.id]);
    assert.equal(code, exit.completed);
    for (const key of ['id', 'status', 'runbook', 'inputs', 'steps', 'approvals', 'errors', 'outputs']) assert(key in value, key);
    const page = (await sandbox().run(['show', last.id])).stdout;
    assert.match(page, /^Nightly report {2}run \S+ {2}failed\n/);
    assert.match(page, /✗ summarize {2}Summarize them {2}failed, .*exit code 127\n {6}.*127/);
    assert.match(page, /✓ finally\/clean-up/);
    const output = await sandbox().run(['show', last.id, '--output', 'summarize']);
    assert.match(output.stdout, /^Reading \S+figures\.csv\n/);
    assert.match(output.stderr, /not found/);
  });

  it('does not know a run or a step that is not there', async () => {
    const missing = await sandbox().json<{ error: { code: string } }>(['show', 'nope']);
    assert.deepEqual([missing.code, missing.value.error.code], [exit.unknown, 'run-unknown']);
    assert.match(missing.stderr, /^runwright: There is no run nope\. .+\n$/);
    for (const args of [
      ['approve', 'nope', 'free'],
      ['reject', 'nope', 'free'],
      ['cancel', 'nope'],
      ['answer', 'nope', 'x', '--failed'],
      ['show', '../../etc/passwd'],
      ['show', ''],
    ]) {
      const { code, stderr } = await sandbox().run(args);
      assert.equal(code, exit.unknown, `${args.join(' ')}: ${stderr}`);
    }
    const { last } = eventsOf((await sandbox().run(['run', hello, '--json'])).stdout);
    assert.equal((await sandbox().run(['show', last.id, '--output', 'gret'])).code, exit.unknown);
    assert.equal((await sandbox().run(['approve', last.id, 'gret'])).code, exit.unknown);
  });
});

describe('runwright approve, reject, cancel and answer', () => {
  const sandbox = sandboxes();
  const waiting = async () => eventsOf((await sandbox().run(['run', pressure, '--json'])).stdout).last.id;
  const ended = async (id: string) => {
    for (;;) {
      const { value } = await sandbox().json<Detail>(['show', id]);
      if (['completed', 'failed', 'rejected', 'cancelled'].includes(value.status)) return value;
    }
  };

  it('approves for one digest, once', async () => {
    const id = await waiting();
    const { value: before } = await sandbox().json<Detail>(['show', id]);
    const stale = await sandbox().json<{ error: { code: string } }>(['approve', id, 'free', '--digest', '0'.repeat(64)]);
    assert.deepEqual([stale.code, stale.value.error.code], [exit.refused, 'approval-stale']);
    const { code, value } = await sandbox().json<Detail>([
      'approve',
      id,
      'free',
      '--digest',
      before.approvals[0]?.digest.slice(0, 12) ?? '',
      '--note',
      'reviewed',
    ]);
    assert.equal(code, exit.completed);
    assert.equal(value.id, id);
    assert.deepEqual(
      value.approvals.map(({ status, note }) => [status, note]),
      [['approved', 'reviewed']],
    );
    const again = await sandbox().json<{ error: { code: string } }>(['approve', id, 'free']);
    assert.deepEqual([again.code, again.value.error.code], [exit.refused, 'approval-none']);
    assert.equal((await ended(id)).status, 'completed');
  });

  it('leaves a question that needs more people to them, and does not wait', async () => {
    const file = join(sandbox().folder, 'two.runbook.yaml');
    await writeFile(file, 'runbook: v1\nname: Two\nsteps:\n  - { id: go, approve: { message: Go?, min: 2 } }\n');
    const { code, stdout } = await sandbox().run(['run', file, '--approve', 'all']);
    assert.equal(code, exit.waiting);
    assert.match(stdout, /It needs 2 different people; so far \S+ agreed\./);
  });

  it('approves and rejects steps inside loops beforehand, one or those of all items', async () => {
    const file = join(sandbox().folder, 'loop.runbook.yaml');
    const step = '{ id: go, approve: { message: Go? }, on-error: continue }';
    await writeFile(file, `runbook: v1\nname: Loop\nsteps:\n  - { id: each, for-each: "fromJSON('[1, 2]')", steps: [ ${step} ] }\n`);
    assert.equal((await sandbox().run(['run', file, '--approve', 'each[]/go'])).code, exit.completed);
    const { code, stdout } = await sandbox().run(['run', file, '--approve', 'each[]/go', '--reject', 'each[1]/go', '--json']);
    assert.deepEqual([code, eventsOf(stdout).last.status], [exit.failed, 'rejected']);
    assert.equal((await sandbox().run(['run', file, '--approve', 'each[0]/come'])).code, exit.unknown);
  });

  it('rejects', async () => {
    const id = await waiting();
    assert.equal((await sandbox().json<Detail>(['reject', id, 'free'])).code, exit.completed);
    assert.equal((await ended(id)).status, 'rejected');
  });

  it('cancels a run that waits', async () => {
    const id = await waiting();
    assert.equal((await sandbox().json<Detail>(['cancel', id])).code, exit.completed);
    assert.equal((await ended(id)).status, 'cancelled');
  });

  it('takes the answer of a person where nobody can know what became of a step', async () => {
    const pids = join(sandbox().folder, 'pids');
    const file = await sandbox().write(
      'mystery.runbook.yaml',
      `runbook: v1\nname: Mystery\nenv: { PIDS: ${JSON.stringify(pids)} }\nsteps:\n  - id: mystery\n    run: |\n      echo "$PPID $$" > "$PIDS"\n      echo begun\n      sleep 60\n  - id: after\n    run: echo after\n`,
    );
    const command = sandbox().start(['run', file, '--json']);
    await command.sees('begun');
    const [supervisor = 0, script = 0] = (await readFile(pids, 'utf8')).trim().split(' ').map(Number);
    const { value: engine } = await sandbox().json<{ pid: number }>(['engine', 'status']);
    // The command that watches would start the engine again at once.
    command.child.kill('SIGKILL');
    await command.ended;
    for (const pid of [engine.pid, supervisor, script]) process.kill(pid, 'SIGKILL');
    const { value: runs } = await sandbox().json<{ id: string; status: string }[]>(['runs']);
    const id = runs[0]?.id ?? '';
    let detail = (await sandbox().json<Detail>(['show', id])).value;
    while (detail.status === 'running') detail = (await sandbox().json<Detail>(['show', id])).value;
    assert.deepEqual(
      [detail.status, detail.approvals.map(({ step, kind, status }) => [step, kind, status])],
      ['paused', [['mystery', 'unknown-outcome', 'pending']]],
    );
    assert.match((await sandbox().run(['show', id])).stdout, /runwright answer \S+ 'mystery' --succeeded/);
    const { code } = await sandbox().json<Detail>(['answer', id, 'mystery', '--succeeded', '--note', 'seen in the log']);
    assert.equal(code, exit.completed);
    assert.equal((await ended(id)).status, 'completed');
  });

  it('refuses to answer what nobody asked', async () => {
    const id = await waiting();
    const { code, value } = await sandbox().json<{ error: { code: string } }>(['answer', id, 'free', '--succeeded']);
    assert.deepEqual([code, value.error.code], [exit.refused, 'approval-none']);
  });
});

describe('runwright engine, trust, secrets and actions', () => {
  const sandbox = sandboxes();

  it('starts the engine when it is needed and stops it when asked', async () => {
    const before = await sandbox().json(['engine', 'status']);
    assert.deepEqual([before.code, before.value], [exit.unreachable, { running: false }]);
    await sandbox().run(['runs']);
    const { code, value } = await sandbox().json<{ running: boolean; pid: number; protocol: number }>(['engine', 'status']);
    assert.deepEqual([code, value.running, value.protocol], [exit.completed, true, 1]);
    process.kill(value.pid, 0);
    assert.deepEqual((await sandbox().json(['engine', 'stop'])).value, { stopped: true });
    assert.deepEqual((await sandbox().json(['engine', 'status'])).value, { running: false });
    assert.deepEqual((await sandbox().json(['engine', 'stop'])).value, { stopped: false });
  });

  it('runs the engine in the foreground until it is told to stop', async () => {
    const foreground = sandbox().start(['engine']);
    while ((await sandbox().run(['engine', 'status'])).code !== exit.completed)
      assert.equal(foreground.child.exitCode, null, foreground.shown);
    await sandbox().run(['engine', 'stop']);
    assert.equal((await foreground.ended).code, 0);
  });

  it('takes a state folder relative to the current one', async () => {
    const env = { RUNWRIGHT_STATE: 'here' };
    assert.equal((await sandbox().run(['run', hello], { env })).code, exit.completed);
    assert.equal((await sandbox().json<unknown[]>(['runs'], { env: { RUNWRIGHT_STATE: join(sandbox().folder, 'here') } })).value.length, 1);
    assert.equal((await sandbox().run(['engine', 'stop'], { env })).code, exit.completed);
  });

  it('keeps runs over a restart of the engine', async () => {
    const { last } = eventsOf((await sandbox().run(['run', pressure, '--json'])).stdout);
    await sandbox().run(['engine', 'stop']);
    const { code } = await sandbox().run(['approve', last.id, 'free']);
    assert.equal(code, exit.completed);
  });

  it('trusts folders, lists them and takes it back', async () => {
    const folder = join(sandbox().folder, 'books');
    await mkdir(folder);
    const real = await realpath(folder);
    assert.deepEqual((await sandbox().json<string[]>(['trust', 'books'])).value, [real]);
    assert.deepEqual((await sandbox().json<string[]>(['trust', '--list'])).value, [real]);
    assert.deepEqual((await sandbox().json<string[]>(['trust', 'books', '--remove'])).value, []);
    assert.equal((await sandbox().run(['trust', 'nowhere'])).code, exit.usage);
    assert.equal((await sandbox().run(['trust', hello])).code, exit.usage);
  });

  it('takes a secret from standard input, hides it in outputs, and removes it', async () => {
    const value = 'correct-horse-battery';
    assert.equal((await sandbox().run(['secrets', 'set', 'token'], { input: `${value}\n` })).code, exit.completed);
    assert.deepEqual((await sandbox().json<string[]>(['secrets', 'list'])).value, ['token']);
    const file = await sandbox().write(
      'secret.runbook.yaml',
      'runbook: v1\nname: x\nsecrets: [token]\nsteps:\n  - id: tell\n    env: { TOKEN: "${{ secrets.token }}" }\n    run: echo "<$TOKEN>" "${#TOKEN}"\n',
    );
    const { code, stdout } = await sandbox().run(['run', file, '--json']);
    assert.equal(code, exit.completed);
    assert.equal(stdout.includes(value), false);
    assert.match(stdout, / 21\\n/, 'the script got it');
    assert.equal((await sandbox().run(['secrets', 'remove', 'token'])).code, exit.completed);
    assert.equal((await sandbox().run(['secrets', 'remove', 'token'])).code, exit.unknown);
    assert.equal((await sandbox().run(['secrets', 'set', 'token'], { input: '' })).code, exit.usage);
    assert.equal((await sandbox().run(['secrets', 'set', 'token'], { input: 'short' })).code, exit.refused);
    assert.equal((await sandbox().run(['secrets', 'set', 'token', '--allow-short'], { input: 'short' })).code, exit.completed);
  });

  it('lists the actions', async () => {
    const { code, value } = await sandbox().json<{ name: string; risk: string; inputs: unknown }[]>(['actions', 'list']);
    assert.equal(code, exit.completed);
    assert(value.some((action) => action.name === 'http/request'));
    assert.match(
      (await sandbox().run(['actions', 'list'])).stdout,
      /^ACTION +RISK +DESCRIPTION\n[\s\S]*\nhttp\/request +medium +Sends one HTTP request and hands its answer to later steps\.\n/,
    );
  });
});

describe('runwright lsp', () => {
  const sandbox = sandboxes();

  it('speaks the protocol over standard input and output', async () => {
    const command = sandbox().start(['lsp', '--stdio']);
    const send = (message: object) => {
      const text = JSON.stringify({ jsonrpc: '2.0', ...message });
      command.type(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
    await command.sees('"capabilities"');
    send({ id: 2, method: 'shutdown' });
    await command.sees('"id":2');
    send({ method: 'exit' });
    assert.equal((await command.ended).code, 0);
  });
});

describe('runwright edit', () => {
  const sandbox = sandboxes();
  const book = (steps: string) => `runbook: v1\nname: Edited\nsteps:\n  - { id: first, run: echo first }\n${steps}`;

  it('gives a paused run the steps of the file as it is now, and of another file', async () => {
    const file = await sandbox().write('e.runbook.yaml', book('  - { id: ask, approve: {} }\n  - { id: old, run: echo old }\n'));
    const { last } = eventsOf((await sandbox().run(['run', file, '--json'])).stdout);
    const refused = await sandbox().run(['edit', last.id]);
    assert.equal(refused.code, exit.refused);
    assert.match(refused.stderr, /is not paused.*runwright pause/s);
    await sandbox().run(['pause', last.id]);
    await sandbox().write('e.runbook.yaml', book('  - { id: ask, approve: {} }\n  - { id: new, run: echo new }\n'));
    const { code, value } = await sandbox().json<Detail & { steps: { id: string; status: string }[] }>(['edit', last.id]);
    assert.equal(code, exit.completed);
    assert.deepEqual([value.status, value.approvals.map(({ status }) => status)], ['paused', ['void']]);
    assert.deepEqual(
      value.steps.map(({ id, status }) => [id, status]),
      [
        ['first', 'succeeded'],
        ['ask', 'pending'],
        ['new', 'pending'],
      ],
    );
    await sandbox().write('other.runbook.yaml', book('  - { id: other, run: echo other }\n'));
    assert.match((await sandbox().run(['edit', last.id, '--file', 'other.runbook.yaml'])).stdout, /✓ first[\s\S]*other/);
    await sandbox().run(['resume', last.id]);
    const shown = await sandbox().json<Detail & { steps: { id: string; status: string }[] }>(['show', last.id]);
    assert.deepEqual(
      shown.value.steps.map(({ id }) => id),
      ['first', 'other'],
    );
  });

  it('refuses what changes a step that has begun, names it, and knows no run that is not there', async () => {
    const file = await sandbox().write('e.runbook.yaml', book('  - { id: ask, approve: {} }\n'));
    const { last } = eventsOf((await sandbox().run(['run', file, '--json'])).stdout);
    await sandbox().run(['pause', last.id]);
    await sandbox().write('e.runbook.yaml', 'runbook: v1\nname: Edited\nsteps:\n  - { id: ask, approve: {} }\n');
    const { code, stderr } = await sandbox().run(['edit', last.id]);
    assert.equal(code, exit.refused);
    assert.match(stderr, /at the step first: it has begun, and is gone/);
    assert.equal((await sandbox().run(['edit', 'nope'])).code, exit.unknown);
    assert.equal((await sandbox().run(['edit', last.id, '--file', 'missing.runbook.yaml'])).code, exit.usage);
    await sandbox().write('e.runbook.yaml', 'runbook: v1\nname: [\n');
    assert.equal((await sandbox().run(['edit', last.id])).code, exit.usage);
    await sandbox().run(['cancel', last.id]);
  });
});

describe('a step whose secrets are locked up', () => {
  const sandbox = sandboxes();

  it('leaves the run waiting with the reason, and runs after resume', async () => {
    await sandbox().run(['secrets', 'set', 'token'], { input: 'some-value' });
    const key = await readFile(join(sandbox().state, 'secrets.key'), 'utf8');
    await rm(join(sandbox().state, 'secrets.key'));
    const file = await sandbox().write(
      's.runbook.yaml',
      'runbook: v1\nname: Locked\nsecrets: [token]\nsteps:\n  - id: use\n    env: { T: \'${{ secrets.token }}\' }\n    run: test "$T" = some-value\n',
    );
    const { code, stdout } = await sandbox().run(['run', file]);
    assert.equal(code, exit.waiting);
    assert.match(stdout, /use: waits:[\s\S]*paused[\s\S]*runwright resume/);
    const [run] = (await sandbox().json<{ id: string; status: string }[]>(['runs'])).value;
    assert.equal(run?.status, 'paused');
    await writeFile(join(sandbox().state, 'secrets.key'), key, { mode: 0o600 });
    await sandbox().run(['resume', run?.id ?? '']);
    for (let status = ''; status !== 'completed'; ) {
      status = (await sandbox().json<Detail>(['show', run?.id ?? ''])).value.status;
      assert.notEqual(status, 'failed');
    }
  });
});
