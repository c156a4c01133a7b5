import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Event, eventsOf, exit, type Last, parse, sandboxes } from './support.ts';

const hello = 'samples/hello.runbook.yaml';
const pressure = 'samples/disk-pressure.runbook.yaml';

const ids = (last: Last) => last.steps.map((step) => `${step.id} ${step.status}`);
const said = (events: readonly Event[], step: string) =>
  events
    .filter((event) => event.type === 'output' && event.step === step)
    .map((event) => event.text)
    .join('');

describe('runwright run', () => {
  const sandbox = sandboxes();
  const logs = () => readdirSync(join(sandbox().samples, 'scratch')).filter((name) => /^app\.log\.\d$/.test(name));

  it('runs the first sample and hands its outputs back', async () => {
    const { code, stdout } = await sandbox().run(['run', hello, '--input', 'name=Ada', '--json']);
    const { events, last } = eventsOf(stdout);
    assert.equal(code, exit.completed);
    assert.deepEqual([last.status, last.outputs], ['completed', { greeting: 'Hello, Ada!', length: '11' }]);
    assert.deepEqual(ids(last), ['greet succeeded', 'measure succeeded']);
    for (const step of last.steps) assert.deepEqual([step.attempts, step.exitCode, typeof step.durationMs], [1, 0, 'number']);
    assert(events.every((event) => Number.isInteger(event.seq) && !Number.isNaN(Date.parse(event.time)) && event.type !== ''));
    const journaled = events.filter((event) => event.type !== 'output').map((event) => event.seq);
    assert.deepEqual(
      journaled,
      [...new Set(journaled)].sort((a, b) => a - b),
      'each once, in order',
    );
  });

  it('shows all output, however early a step wrote it', async () => {
    const { stdout } = await sandbox().run(['run', hello, '--json']);
    const { events } = eventsOf(stdout);
    assert.equal(said(events, 'greet'), 'Hello, world!\n');
    assert.equal(said(events, 'measure'), 'The greeting has 13 characters.\n');
  });

  it('streams output once, in order, while a step goes on', async () => {
    const file = await sandbox().write(
      'slow.runbook.yaml',
      'runbook: v1\nname: Slow\nsteps:\n  - id: count\n    run: for i in 1 2 3 4 5 6 7 8; do echo "line $i"; sleep 0.1; done\n',
    );
    const { events } = eventsOf((await sandbox().run(['run', file, '--json'])).stdout);
    assert.equal(said(events, 'count'), [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `line ${n}\n`).join(''));
    assert(events.filter((event) => event.type === 'output').length > 1, 'not only at the end');
  });

  it('prints plain lines into a pipe', async () => {
    const { code, stdout } = await sandbox().run(['run', hello]);
    assert.equal(code, exit.completed);
    assert.equal(stdout.includes('\u001b'), false);
    assert.match(stdout, /^Run \S+ of Hello \(.*hello\.runbook\.yaml\)\n/);
    assert.match(stdout, /^greet \| Hello, world!$/m);
    assert.match(stdout, /^greet: succeeded after \d+\.\d s$/m);
    assert.match(stdout, /^Run \S+ completed in \d+\.\d s\n {2}greeting: Hello, world!\n {2}length: 13\n$/m);
  });

  it('colours lines in a pipe only when forced to', async () => {
    assert((await sandbox().run(['run', hello], { env: { FORCE_COLOR: '1' } })).stdout.includes('\u001b[32msucceeded'));
  });

  it('fails for the real reason of the failing samples', async () => {
    const report = eventsOf((await sandbox().run(['run', 'samples/fetch-report.runbook.yaml', '--json'])).stdout);
    const summarize = report.last.steps.find((step) => step.id === 'summarize');
    assert.deepEqual([report.last.status, summarize?.status, summarize?.exitCode], ['failed', 'failed', 127]);
    assert.deepEqual(Object.keys(summarize?.error ?? {}), ['code', 'class', 'message', 'remedy']);
    assert.match(said(report.events, 'summarize'), /report-summary: (command )?not found/);
    assert(ids(report.last).includes('finally/clean-up succeeded'));

    const { code, stdout } = await sandbox().run(['run', 'samples/failing-http.runbook.yaml', '--json']);
    const { last } = eventsOf(stdout);
    const health = last.steps.find((step) => step.id === 'health');
    assert.deepEqual(
      [code, last.status, health?.status, health?.attempts, health?.error?.class],
      [exit.failed, 'failed', 'failed', 2, 'network'],
    );
  });

  it('leaves a question open where nobody can be asked, and says how to answer it', async () => {
    const { code, stdout } = await sandbox().run(['run', pressure]);
    assert.equal(code, exit.waiting);
    assert.match(stdout, /waiting for approval/);
    const [, id] = /`runwright approve (\S+) 'free'`/.exec(stdout) ?? [];
    assert(id, stdout);
    assert.equal(logs().length, 4, 'nothing was done yet');
    const after = await sandbox().run(['approve', id, 'free', '--note', 'go ahead']);
    assert.equal(after.code, exit.completed);
    assert.match(after.stderr, /tar -czf rotated-logs\.tar\.gz/, 'what is approved is shown');
  });

  it('approves beforehand for the digest that is shown then', async () => {
    const { code, stdout } = await sandbox().run(['run', pressure, '--approve', 'free', '--json']);
    const { events, last } = eventsOf(stdout);
    assert.deepEqual([code, last.status], [exit.completed, 'completed']);
    assert.deepEqual(logs(), []);
    const asked = events.find((event) => event.type === 'approval-requested');
    const granted = events.find((event) => event.type === 'approval-granted');
    assert.match(asked?.digest ?? '', /^[0-9a-f]{64}$/);
    assert.equal(asked?.digest, granted?.digest);
    const { value } = await sandbox().json<{ approvals: { status: string; via: string }[] }>(['show', last.id]);
    assert.deepEqual(
      value.approvals.map(({ status, via }) => [status, via]),
      [['approved', 'cli']],
    );
  });

  it('rejects beforehand, and a rejection goes before --approve all', async () => {
    const { code, stdout } = await sandbox().run(['run', pressure, '--approve', 'all', '--reject', 'free', '--json']);
    assert.deepEqual([code, eventsOf(stdout).last.status], [exit.failed, 'rejected']);
    assert.equal(logs().length, 4);
  });

  it('undoes what it did when the check fails', async () => {
    const { code, stdout } = await sandbox().run(['run', pressure, '--input', 'threshold=100', '--approve', 'all', '--json']);
    const { last } = eventsOf(stdout);
    assert.deepEqual([code, last.status, last.rollback], [exit.failed, 'failed', 'full']);
    assert.equal(logs().length, 4, 'the logs are back');
    assert.equal(existsSync(join(sandbox().samples, 'scratch/rotated-logs.tar.gz')), false);
  });

  it('skips the step where there is nothing to free', async () => {
    const { code, stdout } = await sandbox().run(['run', pressure, '--input', 'threshold=100000', '--json']);
    assert.deepEqual([code, eventsOf(stdout).last.steps.find((step) => step.id === 'free')?.status], [exit.completed, 'skipped']);
  });

  it('starts and lets go with --detach', async () => {
    const { code, stdout } = await sandbox().run(['run', pressure, '--detach', '--json']);
    const last = parse<Last>(stdout);
    assert.equal(code, exit.completed);
    assert.equal(last.type, 'run');
    assert(['pending', 'running', 'waiting_approval'].includes(last.status), last.status);
    const shown = await sandbox().json<{ id: string }>(['show', last.id]);
    assert.equal(shown.value.id, last.id);
  });

  it('runs one step alone, with the last outputs or with given ones', async () => {
    const alone = await sandbox().json<{ error: { code: string } }>(['run', hello, '--step', 'measure']);
    assert.deepEqual([alone.code, alone.value.error.code], [exit.usage, 'step-needs']);
    const given = eventsOf((await sandbox().run(['run', hello, '--step', 'measure', '--given', 'greet.stdout=Hi=1.5', '--json'])).stdout);
    assert.equal(said(given.events, 'measure'), 'The greeting has 6 characters.\n');
    await sandbox().run(['run', hello]);
    const { code, stdout } = await sandbox().run(['run', hello, '--step', 'measure', '--json']);
    const { events, last } = eventsOf(stdout);
    assert.equal(code, exit.completed);
    assert.equal(said(events, 'measure'), 'The greeting has 13 characters.\n');
    assert.deepEqual(
      last.steps.filter((step) => step.attempts > 0).map((step) => step.id),
      ['measure'],
    );
  });

  for (const [what, args, code, error] of [
    ['a missing file', ['nope.runbook.yaml'], exit.usage, 'file-missing'],
    ['a folder', ['samples'], exit.usage, 'file-unreadable'],
    ['an unknown input', [hello, '--input', 'nam=Ada'], exit.usage, 'input-unknown'],
    ['a wrong input', [pressure, '--input', 'threshold=lots'], exit.usage, 'input-wrong'],
    ['an unknown step', [hello, '--step', 'gret'], exit.unknown, 'step-unknown'],
    ['an unknown step to approve', [hello, '--approve', 'gret'], exit.unknown, 'step-unknown'],
  ] as const) {
    it(`refuses ${what} before anything starts`, async () => {
      const found = await sandbox().json<{ error: { code: string } }>(['run', ...args]);
      assert.deepEqual([found.code, found.value.error.code], [code, error]);
      assert.match(found.stderr, /^runwright: .+\n$/);
      assert.equal(existsSync(sandbox().state), false, 'no engine was started');
    });
  }

  it('refuses a runbook with errors and shows the first ones at their places', async () => {
    const file = await sandbox().write('broken.runbook.yaml', 'runbook: v1\nname: x\nstepz: []\n');
    const { code, stderr, stdout } = await sandbox().run(['run', file]);
    assert.deepEqual([code, stdout], [exit.usage, '']);
    assert.match(stderr, /broken\.runbook\.yaml:3:1 error .*stepz/);
    assert.match(stderr, /^runwright: .*broken\.runbook\.yaml has \d errors? that must be mended.*$/m);
  });

  it('asks for a required input by name where nobody can be asked', async () => {
    const file = await sandbox().write(
      'needs.runbook.yaml',
      'runbook: v1\nname: x\ninputs:\n  host: { type: string, required: true }\nsteps:\n  - run: echo\n',
    );
    const { code, stderr } = await sandbox().run(['run', file]);
    assert.equal(code, exit.usage);
    assert.match(stderr, /host is required.*--input host=/);
  });

  it('says how to set a secret that has no value', async () => {
    const file = await sandbox().write(
      'secret.runbook.yaml',
      'runbook: v1\nname: x\nsecrets: [token]\nsteps:\n  - run: echo no secret needed\n',
    );
    assert.match((await sandbox().run(['run', file])).stderr, /The secret token has no value\..*runwright secrets set token/);
  });

  it('changes nothing of what a script wrote on its way into a pipe', async () => {
    const file = await sandbox().write('raw.runbook.yaml', "runbook: v1\nname: x\nsteps:\n  - id: raw\n    run: printf '\\033[2Jraw\\n'\n");
    assert((await sandbox().run(['run', file])).stdout.includes('\nraw | \u001b[2Jraw\n'));
  });
});

describe('Ctrl-C during runwright run', () => {
  const sandbox = sandboxes();
  const sleepy = 'runbook: v1\nname: Sleepy\nsteps:\n  - id: sleep\n    run: |\n      echo asleep\n      sleep 60\n';

  it('cancels the run and ends with 130', async () => {
    const file = await sandbox().write('sleepy.runbook.yaml', sleepy);
    const command = sandbox().start(['run', file, '--json']);
    await command.sees('asleep');
    command.child.kill('SIGINT');
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, exit.cancelled);
    assert.match(stderr, /Cancelling run/);
    assert.equal(eventsOf(stdout).last.status, 'cancelled');
  });

  it('leaves the run to the engine when it is pressed twice', async () => {
    const file = await sandbox().write(
      'stubborn.runbook.yaml',
      sleepy.replace('echo asleep', "trap '' TERM; echo asleep").replace('sleep 60', 'for i in 1 2 3 4; do sleep 1 || true; done'),
    );
    const command = sandbox().start(['run', file]);
    await command.sees('asleep');
    command.child.kill('SIGINT');
    await command.sees('Cancelling');
    command.child.kill('SIGINT');
    const { code, stderr } = await command.ended;
    assert.equal(code, exit.cancelled);
    assert.match(stderr, /goes on without being watched\. `runwright show \S+`/);
  });

  it('that only the command dies of leaves the run alone', async () => {
    const file = await sandbox().write(
      'short.runbook.yaml',
      sleepy
        .replace('sleep 60', 'sleep 1; echo done > "$HOME_FOLDER/done"')
        .replace('steps:', `env: { HOME_FOLDER: ${JSON.stringify(sandbox().folder)} }\nsteps:`),
    );
    const command = sandbox().start(['run', file, '--json']);
    await command.sees('asleep');
    command.child.kill('SIGKILL');
    await command.ended;
    const { value } = await sandbox().json<{ id: string }[]>(['runs']);
    const id = value[0]?.id ?? '';
    let status = 'running';
    while (status === 'running') status = (await sandbox().json<{ status: string }>(['show', id])).value.status;
    assert.equal(status, 'completed');
    assert(existsSync(join(sandbox().folder, 'done')));
  });
});
