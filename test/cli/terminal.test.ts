import assert from 'node:assert/strict';
import { type Command, exit, pseudoTerminal, type Sandbox, sandboxes } from './support.ts';

const hello = 'samples/hello.runbook.yaml';
const pressure = 'samples/disk-pressure.runbook.yaml';
const esc = '\u001b';

describe(`runwright at a terminal${pseudoTerminal ? '' : ' (skipped: pseudo-terminals are made by python3, which is not here)'}`, () => {
  if (!pseudoTerminal) return void it('needs python3');
  const sandbox = sandboxes();
  const inputs = ['--input', 'folder=scratch', '--input', 'threshold=2048'];
  const at = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Command => (sandbox() satisfies Sandbox).terminal(args, { env });

  it('asks for inputs, takes defaults, and says what is wrong with an answer', async () => {
    const file = await sandbox().write(
      'asks.runbook.yaml',
      'runbook: v1\nname: x\ninputs:\n  port: { type: integer, min: 1, max: 9, required: true, description: Which port }\n  who: { type: string, default: nobody }\nsteps:\n  - run: echo ok\noutputs: { told: "${{ inputs.port }} ${{ inputs.who }}" }\n',
    );
    const command = at(['run', file]);
    await command.sees('port: ');
    command.type('77\r');
    await command.sees('The input port was given as 77.');
    command.type('7\r');
    await command.sees('who [nobody]: ');
    command.type('\r');
    const { code, stdout } = await command.ended;
    assert.equal(code, exit.completed, stdout);
    assert.match(stdout, /7 nobody/);
  });

  it('shows a live list with marks and durations', async () => {
    const { code, stdout } = await at(['run', hello, '--input', 'name=Ada']).ended;
    assert.equal(code, exit.completed);
    assert.match(stdout, /✓.*greet .*Say hello.*\d\.\d s/);
    assert.match(stdout, /│.* Hello, Ada!/);
    assert(stdout.includes(`${esc}[32m`));
  });

  it('honours NO_COLOR', async () => {
    const { stdout } = await at(['run', hello, '--input', 'name=Ada'], { NO_COLOR: '1' }).ended;
    assert.match(stdout, /✓ greet Say hello \d\.\d s/);
    assert.equal(new RegExp(`${esc}\\[[0-9;]*[1-9][0-9;]*m`).test(stdout), false);
  });

  it('shows exactly what would run and approves on y', async () => {
    const command = at(['run', pressure, ...inputs]);
    await command.sees('Approve?');
    for (const part of [
      'Pack its rotated logs',
      'risk medium',
      /digest [0-9a-f]{12}\b/,
      'tar -czf rotated-logs.tar.gz app.log.*',
      'rm app.log.*',
      'FOLDER=scratch',
    ]) {
      if (typeof part === 'string') assert(command.shown.includes(part), part);
      else assert.match(command.shown, part);
    }
    command.type('d\r');
    await command.sees(/digest {3}[0-9a-f]{64}/);
    command.type('y\r');
    assert.equal((await command.ended).code, exit.completed);
  });

  it('takes nothing as an answer that was typed before the question', async () => {
    const file = await sandbox().write(
      'ahead.runbook.yaml',
      'runbook: v1\nname: Ahead\nsteps:\n  - { id: slow, run: "until [ -e go ]; do sleep 0.02; done" }\n  - { id: gate, approve: { message: Sure? } }\n',
    );
    const command = at(['run', file]);
    await command.sees('slow');
    command.type('y\ry\ny');
    await command.sees('y\r\n');
    await sandbox().write('go', '');
    await command.sees('Approve?');
    command.type('n\r');
    const { code, stdout } = await command.ended;
    assert.equal(code, exit.failed, stdout);
    assert.match(stdout, /rejected/);
  });

  it('rejects on n, and leaves it open on Enter', async () => {
    const no = at(['run', pressure, ...inputs]);
    await no.sees('Approve?');
    no.type('n\r');
    assert.equal((await no.ended).code, exit.failed);
    const later = at(['run', pressure, ...inputs]);
    await later.sees('Approve?');
    later.type('\r');
    const { code, stdout } = await later.ended;
    assert.equal(code, exit.waiting);
    assert.match(stdout, /runwright approve \S+ 'free'/);
  });

  it('withdraws the question when somebody else answers it', async () => {
    const command = at(['run', pressure, ...inputs]);
    await command.sees('Approve?');
    const [run] = (await sandbox().json<{ id: string }[]>(['runs'])).value;
    await sandbox().run(['approve', run?.id ?? '', 'free']);
    assert.equal((await command.ended).code, exit.completed);
  });

  it('cancels on Ctrl-C, also at the question', async () => {
    const command = at(['run', pressure, ...inputs]);
    await command.sees('Approve?');
    command.type('\u0003');
    const { code, stdout } = await command.ended;
    assert.equal(code, exit.cancelled, stdout);
    assert.match(stdout, /cancelled/);
  });

  it('does not let an output or a message act on the terminal', async () => {
    const file = await sandbox().write(
      'hostile.runbook.yaml',
      'runbook: v1\nname: Hostile\nsteps:\n  - id: paint\n    run: printf \'\\033]0;owned\\007\\033[2J\\033[31mred\\n\'\n  - id: gate\n    approve: { message: "Safe\\u001B[8m\\u202Ereally" }\n',
    );
    const command = at(['run', file]);
    await command.sees('Approve?');
    command.type('y\r');
    const { stdout } = await command.ended;
    assert(stdout.includes('\\x1b]0;owned\\x07\\x1b[2J\u001b[31mred'), JSON.stringify(stdout));
    assert(stdout.includes('Safe\\x1b[8m\\u202ereally'), JSON.stringify(stdout));
    assert.equal(stdout.includes(`${esc}[2J`) || stdout.includes(`${esc}]`) || stdout.includes('\u202e'), false);
  });

  it('reads a secret without showing it', async () => {
    const command = at(['secrets', 'set', 'token']);
    await command.sees('(not shown): ');
    command.type('correct-horse-battery\r');
    const { code, stdout } = await command.ended;
    assert.equal(code, exit.completed);
    assert.equal(stdout.includes('correct-horse'), false);
  });
});
