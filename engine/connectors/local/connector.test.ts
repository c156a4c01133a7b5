import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../../kernel/command.ts';
import { localConnector } from './connector.ts';
import { attemptOf, leftBehind, onDisk, removeFolders, supervisorPath, until } from './fixture.ts';

const local = localConnector({ supervisorPath, grace: 400 });

const outputs = (outcome: Outcome) => ('outputs' in outcome ? (outcome.outputs ?? {}) : {});
const code = (outcome: Outcome) => (outcome.kind === 'failed' ? outcome.error.code : outcome.kind);

describe('local connector', () => {
  afterEach(removeFolders);

  it('runs a script and answers its outputs', async () => {
    const attempt = attemptOf(
      'echo out\necho err >&2\necho "count=3" >> "$RUNWRIGHT_OUTPUT"\nprintf "text<<END\\na\\nb=c\\nEND\\n" >> "$RUNWRIGHT_OUTPUT"\necho "$RUNWRIGHT_RUN $RUNWRIGHT_STEP $EXTRA"\n\n',
      { env: { EXTRA: 'more' } },
    );
    const outcome = await local.run(attempt);
    assert.deepEqual(outcome, {
      kind: 'succeeded',
      exitCode: 0,
      outputs: { stdout: 'out\nrun-1 step-1 more', stderr: 'err', 'exit-code': 0, count: '3', text: 'a\nb=c' },
    });
    assert.equal(attempt.shown.stdout, 'out\nrun-1 step-1 more\n');
    assert.equal(attempt.shown.stderr, 'err\n');
  });

  it('keeps its files to the user, and records start and end', async () => {
    const attempt = attemptOf('true');
    await local.run(attempt);
    for (const file of readdirSync(attempt.folder)) assert.equal(statSync(join(attempt.folder, file)).mode & 0o777, 0o600, file);
    const started = JSON.parse(readFileSync(join(attempt.folder, 'started.json'), 'utf8'));
    assert.deepEqual(Object.keys(started).sort(), ['pid', 'startTime', 'supervisorPid', 'supervisorStartTime', 'time']);
    assert.deepEqual(JSON.parse(readFileSync(join(attempt.folder, 'ended.json'), 'utf8')).end, { kind: 'exited', exitCode: 0 });
    assert.deepEqual(readdirSync(attempt.folder).sort(), ['claim.json', 'ended.json', 'script.sh', 'started.json', 'stderr', 'stdout']);
  });

  it('stops a script at its first error, also inside a pipe', async () => {
    const outcome = await local.run(attemptOf('false | true\necho not reached'));
    assert.equal(code(outcome), 'exit-code');
    assert.equal(outputs(outcome).stdout, '');
  });

  it('says what the known exit codes mean', async () => {
    const missing = await local.run(attemptOf('no-such-command-here'));
    assert.ok(
      missing.kind === 'failed' && missing.exitCode === 127 && /not found/.test(missing.error.message) && /PATH/.test(missing.error.remedy),
    );
    const attempt = attemptOf('echo x > tool\n./tool');
    const notExecutable = await local.run(attempt);
    assert.ok(notExecutable.kind === 'failed' && notExecutable.exitCode === 126 && /chmod/.test(notExecutable.error.remedy));
    const killed = await local.run(attemptOf('kill -KILL $$'));
    assert.ok(
      killed.kind === 'failed' && killed.error.code === 'killed-by-signal' && killed.exitCode === 137 && /memory/.test(killed.error.remedy),
    );
    const ended = await local.run(attemptOf('exit 143'));
    assert.ok(ended.kind === 'failed' && /SIGTERM/.test(ended.error.message));
  });

  it('hides secrets in every output, file and stream', async () => {
    const secret = 'p@ss w0rd/+ünï';
    const script = [
      'echo "plain $SECRET"',
      'printf %s "$SECRET" | base64',
      'printf %s "$SECRET" | xxd -p 2>/dev/null || printf %s "$SECRET" | od -An -tx1 | tr -d " \\n"',
      'echo "value=$SECRET" >> "$RUNWRIGHT_OUTPUT"',
      'printf %s "$SECRET" | while IFS= read -r -n1 c; do printf %s "$c"; sleep 0.001; done',
      'echo "$SECRET" >&2',
      'exit 3',
    ].join('\n');
    const attempt = attemptOf(script, { secrets: [secret], env: { SECRET: secret } });
    const outcome = await local.run(attempt);
    const everything = [
      JSON.stringify(outcome),
      attempt.shown.stdout,
      attempt.shown.stderr,
      Buffer.from(onDisk(attempt.folder), 'latin1').toString(),
    ].join('\n');
    for (const form of [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')])
      assert.ok(!everything.includes(form), form);
    assert.equal(outputs(outcome).value, '***');
    assert.match(attempt.shown.stdout, /plain \*\*\*/);
  });

  it('hides a value from the moment the script masks it, and keeps the mask out of outputs and files', async () => {
    const attempt = attemptOf(
      'T=$(printf "tok-%s" 12345)\necho "add-mask=$T" >> "$RUNWRIGHT_OUTPUT"\necho "now $T"\necho "t=$T" >> "$RUNWRIGHT_OUTPUT"',
    );
    const outcome = await local.run(attempt);
    assert.deepEqual(outputs(outcome), { stdout: 'now ***', stderr: '', 'exit-code': 0, t: '***' });
    assert.ok(!onDisk(attempt.folder).includes('tok-12345'));
  });

  it('gives the script the allowed environment only', async () => {
    process.env.RUNWRIGHT_TEST_TOKEN = 'not for scripts';
    const attempt = attemptOf('env | cut -d= -f1 | sort');
    const outcome = await local.run(attempt);
    delete process.env.RUNWRIGHT_TEST_TOKEN;
    const names = String(outputs(outcome).stdout).split('\n');
    assert.ok(names.includes('PATH') && names.includes('RUNWRIGHT_OUTPUT'));
    assert.ok(!names.includes('RUNWRIGHT_TEST_TOKEN') && !names.includes('ELECTRON_RUN_AS_NODE') && !names.includes('NODE_OPTIONS'));
  });

  it('gives it no input and no terminal', async () => {
    const outcome = await local.run(attemptOf('cat\n(: < /dev/tty) 2>/dev/null && echo terminal || echo none', { shell: 'sh' }));
    assert.equal(outputs(outcome).stdout, 'none');
  });

  it('runs other shells, and a list as argv with nothing between', async () => {
    assert.equal(outputs(await local.run(attemptOf('import sys\nprint(6 * 7)', { shell: 'python' }))).stdout, '42');
    assert.equal(outputs(await local.run(attemptOf('console.log(require("os").EOL.length, 6 * 7)', { shell: 'node' }))).stdout, '1 42');
    assert.equal(outputs(await local.run(attemptOf('ignored', { shell: ['printf', '%s|', 'a b', '$HOME; *'] }))).stdout, 'a b|$HOME; *|');
    assert.equal(outputs(await local.run(attemptOf('echo from the file', { shell: ['sh', '{0}'] }))).stdout, 'from the file');
  });

  it('falls back to sh where there is no bash', async () => {
    const attempt = attemptOf('echo "$0"');
    const bin = join(attempt.folder, 'bin');
    mkdirSync(bin);
    symlinkSync('/bin/sh', join(bin, 'sh'));
    const outcome = await local.run({ ...attempt, environment: { PATH: bin } });
    assert.equal(outcome.kind, 'succeeded');
  });

  it('tells what it could not start', async () => {
    const noProgram = await local.run(attemptOf('x', { shell: ['no-such-program'] }));
    assert.ok(
      noProgram.kind === 'failed' && noProgram.error.code === 'shell-missing' && noProgram.error.message.includes('no-such-program'),
    );
    const noShell = await local.run(attemptOf('x', { shell: 'fish' }));
    assert.ok(noShell.kind === 'failed' && noShell.error.code === 'shell-missing' && noShell.error.remedy.includes('bash'));
    const noFolder = await local.run(attemptOf('x', { workingDirectory: '/no/such/folder' }));
    assert.ok(noFolder.kind === 'failed' && noFolder.error.code === 'folder-missing' && noFolder.error.message.includes('/no/such/folder'));
    const attempt = attemptOf('x', { env: { BAD: 'se\0cret' } });
    const badValue = await local.run(attempt);
    assert.ok(badValue.kind === 'failed' && badValue.error.message.includes('null byte') && !badValue.error.message.includes('cret'));
    const file = join(attempt.folder, 'plain');
    writeFileSync(file, 'x');
    chmodSync(file, 0o644);
    assert.equal(code(await local.run(attemptOf('x', { shell: [file] }))), 'shell-missing');
  });

  it('answers an internal error when the supervisor itself cannot be started', async () => {
    assert.equal(code(await localConnector({ supervisorPath: '/no/such/supervisor.cjs' }).run(attemptOf('true'))), 'internal');
  });

  it('keeps beginning and end of a huge output and says what is missing', async () => {
    const small = localConnector({ supervisorPath, spoolLimit: 1024 * 1024 });
    const attempt = attemptOf('echo first; head -c 30000000 /dev/zero | tr "\\0" "é"; echo; echo last');
    const outcome = await small.run(attempt);
    const spooled = readFileSync(join(attempt.folder, 'stdout'), 'utf8');
    assert.ok(spooled.length < 1024 * 1024 + 100);
    assert.match(spooled, /^first\n/);
    assert.match(spooled, /\n\[… \d+ bytes left out …\]\n/);
    assert.match(spooled, /\nlast\n$/);
    assert.ok(outcome.kind === 'succeeded');
    assert.deepEqual(outcome.outputs, { stderr: '', 'exit-code': 0, 'too-large': ['stdout'] });
    assert.ok(attempt.shown.stdout.length < 1024 * 1024);
  });

  it('leaves out an output of more than 256 KiB and names it', async () => {
    const outcome = await local.run(
      attemptOf(
        'head -c 262145 /dev/zero | tr "\\0" a\nprintf "big=" >> "$RUNWRIGHT_OUTPUT"; head -c 300000 /dev/zero | tr "\\0" b >> "$RUNWRIGHT_OUTPUT"',
      ),
    );
    assert.deepEqual(outputs(outcome), { stderr: '', 'exit-code': 0, 'too-large': ['big', 'stdout'] });
  });

  it('survives output that is no text, a closed stdout, and a broken output file', async () => {
    const binary = await local.run(attemptOf('head -c 100000 /dev/urandom'));
    assert.equal(binary.kind, 'succeeded');
    const closed = await local.run(attemptOf('exec 1>&- 2>&-\necho "a=1" >> "$RUNWRIGHT_OUTPUT"'));
    assert.equal(outputs(closed).a, '1');
    const broken = await local.run(attemptOf('printf "no equals sign\\nstdout=forged\\nx<<NEVER\\nhalf" >> "$RUNWRIGHT_OUTPUT"'));
    assert.deepEqual(Object.keys(outputs(broken)).sort(), ['exit-code', 'stderr', 'stdout']);
    assert.match(String(outputs(broken).stderr), /line 1 is not NAME=VALUE[\s\S]*stdout is reserved[\s\S]*x<<NEVER has no end/);
    const pipe = await local.run(attemptOf('rm "$RUNWRIGHT_OUTPUT"; mkfifo "$RUNWRIGHT_OUTPUT"; echo done'));
    assert.equal(outputs(pipe).stdout, 'done');
  });

  it('ends a script at its time limit with everything it started', async () => {
    const script =
      'trap "" TERM\nfor i in 1 2 3 4 5 6 7 8; do (trap "" TERM; (trap "" TERM; sleep 300) & sleep 300) & done\necho started\nsleep 300';
    const attempt = attemptOf(script, { timeout: 1200 });
    const outcome = await local.run(attempt);
    assert.ok(outcome.kind === 'failed' && outcome.error.code === 'step-timeout' && outcome.error.class === 'timeout');
    assert.match(outcome.error.message, /1\.2 s/);
    assert.deepEqual(leftBehind(attempt.folder), []);
  });

  it('ends children that outlive a script which obeys, when it is cancelled', async () => {
    const attempt = attemptOf('(trap "" TERM; sleep 300) & disown\necho ready\nwait; sleep 300');
    const running = local.run(attempt);
    await attempt.saw('ready');
    attempt.controller.abort();
    assert.deepEqual(await running, { kind: 'cancelled' });
    assert.deepEqual(leftBehind(attempt.folder), []);
  });

  it('bounds a script that forks without end', async () => {
    const attempt = attemptOf(
      'f() { sleep 0.05; f & f & }\nulimit -u 400 2>/dev/null\nfor i in $(seq 1 60); do (while :; do sleep 0.2; done) & done\necho forked\nwait',
      { timeout: 1500 },
    );
    assert.equal(code(await local.run(attempt)), 'step-timeout');
    assert.deepEqual(leftBehind(attempt.folder), []);
  });

  it('starts nothing when it was cancelled before', async () => {
    const attempt = attemptOf('touch ran');
    attempt.controller.abort();
    assert.deepEqual(await local.run(attempt), { kind: 'cancelled' });
    assert.deepEqual(readdirSync(attempt.folder), []);
  });

  it('does not wait for what a script leaves in the background', async () => {
    const attempt = attemptOf('sleep 60 &\necho "pid=$!" >> "$RUNWRIGHT_OUTPUT"\necho done');
    const outcome = await local.run(attempt);
    assert.equal(outputs(outcome).stdout, 'done');
    process.kill(Number(outputs(outcome).pid), 'SIGKILL');
    await until(() => leftBehind(attempt.folder).length === 0);
  });

  it('fails and leaves nothing when its supervisor is killed', async () => {
    const attempt = attemptOf('echo ready\nsleep 300');
    const running = local.run(attempt);
    await attempt.saw('ready');
    const { supervisorPid } = JSON.parse(readFileSync(join(attempt.folder, 'started.json'), 'utf8'));
    process.kill(supervisorPid, 'SIGKILL');
    assert.equal(code(await running), 'supervisor-lost');
    await until(() => leftBehind(attempt.folder).length === 0);
  });

  it('accepts scripts on this machine only', () => {
    const { request } = attemptOf('x');
    assert.ok(local.accepts(request));
    assert.ok(request.kind === 'script' && !local.accepts({ ...request, target: 'edge' }));
    assert.ok(!local.accepts({ kind: 'gate', message: 'Go on?', secretTexts: [] }));
  });
});
