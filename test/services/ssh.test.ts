import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sshConnector } from '../../engine/connectors/ssh/connector.ts';
import { attemptOn, classOf, codeOf, commandLines, onDisk, outputs, remoteFolderOf, until } from './support/ssh-attempt.ts';
import { type Home, makeHome, type Sshd, startSshd } from './support/sshd.ts';

describe('scripts on an SSH host', () => {
  let home: Home;
  let server: Sshd;
  const ssh = sshConnector({ grace: 400, patience: 5000, idle: 2000, timeout: 10_000 });
  const edge = () => ({ host: '127.0.0.1', port: server.port, user: server.user, key: home.privateKey });
  const attempt = (script: string, more: Parameters<typeof attemptOn>[3] = {}) => attemptOn(home, edge(), script, more);
  const run = (script: string, more: Parameters<typeof attemptOn>[3] = {}) => ssh.run(attempt(script, more));

  before(async () => {
    home = makeHome();
    server = await startSshd(home);
    home.trust(server);
  });
  after(async () => {
    ssh.pool.close();
    await server?.stop();
    home?.remove();
  });

  it('runs a script and answers its outputs', async () => {
    const given = attempt(
      'echo out\necho err >&2\necho "count=3" >> "$RUNWRIGHT_OUTPUT"\nprintf "text<<END\\na\\nb=c\\nEND\\n" >> "$RUNWRIGHT_OUTPUT"\necho "$RUNWRIGHT_RUN $RUNWRIGHT_STEP $EXTRA"\n\n',
      { env: { EXTRA: "more 'than' $one\nline" } },
    );
    const outcome = await ssh.run(given);
    assert.deepEqual(outcome, {
      kind: 'succeeded',
      exitCode: 0,
      outputs: { stdout: "out\nrun-1 step-1 more 'than' $one\nline", stderr: 'err', 'exit-code': 0, count: '3', text: 'a\nb=c' },
    });
    assert.equal(given.shown.stdout, "out\nrun-1 step-1 more 'than' $one\nline\n");
    assert.equal(given.shown.stderr, 'err\n');
    assert.equal(readFileSync(join(given.folder, 'stdout'), 'utf8'), given.shown.stdout);
  });

  it('leaves nothing behind on the host', async () => {
    const given = attempt('sleep 300 & echo "$RUNWRIGHT_OUTPUT"; kill $!');
    const outcome = await ssh.run(given);
    assert.equal(outputs(outcome).stdout, join(remoteFolderOf(given), 'output'));
    assert.ok(!existsSync(remoteFolderOf(given)));
  });

  it('answers exit codes, also of signals, and says what they mean', async () => {
    assert.deepEqual((await run('exit 7')).kind === 'failed' && outputs(await run('exit 7'))['exit-code'], 7);
    const killed = await run('kill -KILL $$');
    assert.ok(killed.kind === 'failed' && killed.exitCode === 137 && /memory/.test(killed.error.remedy));
    const missing = await run('no-such-command-here');
    assert.ok(missing.kind === 'failed' && missing.exitCode === 127 && /PATH/.test(missing.error.remedy));
    assert.equal(codeOf(await run('false | true\necho not reached')), 'exit-code');
  });

  it('starts in the login folder, or where it is told', async () => {
    const login = outputs(await run('cd; pwd')).stdout;
    assert.equal(outputs(await run('pwd')).stdout, login);
    assert.equal(outputs(await run('pwd', { workingDirectory: '/usr/bin' })).stdout, '/usr/bin');
    const strange = join(home.folder, "it's a $HOME");
    mkdirSync(strange);
    assert.equal(outputs(await run('pwd', { workingDirectory: strange })).stdout, strange);
    const absent = await run('echo ran', { workingDirectory: '/no/such/folder' });
    assert.equal(codeOf(absent), 'folder-missing');
    assert.equal(classOf(absent), 'not-found');
  });

  it('runs other shells, and a list as argv with nothing between', async () => {
    assert.equal(outputs(await run('import sys\nprint(6 * 7)', { shell: 'python' })).stdout, '42');
    assert.equal(
      outputs(await run('echo "$0"', { shell: 'sh' }))
        .stdout?.toString()
        .endsWith('/script.sh'),
      true,
    );
    assert.equal(outputs(await run('ignored', { shell: ['printf', '%s|', 'a b', '$HOME; *', "it's"] })).stdout, "a b|$HOME; *|it's|");
    assert.equal(outputs(await run('echo from the file', { shell: ['sh', '{0}'] })).stdout, 'from the file');
    assert.equal(codeOf(await run('x', { shell: 'fish' })), 'shell-missing');
    assert.equal(codeOf(await run('x', { shell: ['/no/such/program'] })), 'shell-missing');
  });

  it('falls back to sh where there is no bash', async () => {
    const bin = join(home.folder, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const tool of ['sh', 'echo', 'cat'])
      if (!existsSync(join(bin, tool))) writeFileSync(join(bin, tool), `#!/bin/sh\nexec /bin/${tool} "$@"\n`);
    for (const tool of ['sh', 'echo', 'cat']) chmodSync(join(bin, tool), 0o755);
    const outcome = await run('echo "[$BASH_VERSION]"', { env: { PATH: bin } });
    assert.equal(outputs(outcome).stdout, '[]');
    assert.equal(codeOf(await run('true', { env: { PATH: '/nonexistent' } })), 'shell-missing');
  });

  it('gives it no input, no terminal, and a session of its own', async () => {
    assert.equal(outputs(await run('cat\n(: < /dev/tty) 2>/dev/null && echo terminal || echo none', { shell: 'sh' })).stdout, 'none');
    assert.equal(outputs(await run('[ "$(ps -o sid= -p $$ | tr -d " ")" = $$ ] && echo own')).stdout, 'own');
    // What the wrapper ignores is none of the script's business.
    assert.equal(outputs(await run('yes | head -n 1; echo "${PIPESTATUS[0]}"', { shell: ['bash', '{0}'] })).stdout, 'y\n141');
  });

  it('keeps env and script out of every argv, and secrets out of every file and stream', async () => {
    const secret = "p@ss w0rd/+ünï'x";
    const given = attempt(
      'echo waiting\nwhile [ ! -e "$GO" ]; do sleep 0.05; done\necho "plain $SECRET"; printf %s "$SECRET" | base64\necho "value=$SECRET" >> "$RUNWRIGHT_OUTPUT"\n# canary-in-script\nexit 3',
      {
        secrets: [secret],
        env: { SECRET: secret, GO: join(home.folder, 'go-1') },
      },
    );
    const done = ssh.run(given);
    await given.saw('waiting');
    const lines = Buffer.from(commandLines(), 'latin1').toString('utf8');
    assert.ok(lines.includes('script.sh'));
    for (const text of [secret, 'canary-in-script', 'go-1']) assert.ok(!lines.includes(text), text);
    writeFileSync(join(home.folder, 'go-1'), '');
    const outcome = await done;
    const everything = `${JSON.stringify(outcome)}${JSON.stringify(given.shown)}${Buffer.from(onDisk(given.folder), 'latin1')}`;
    for (const form of [secret, Buffer.from(secret).toString('base64')]) assert.ok(!everything.includes(form));
    assert.equal(outputs(outcome).value, '***');
    assert.match(given.shown.stdout, /plain \*\*\*/);
  });

  it('hides a value from the moment the script masks it', async () => {
    const script =
      'for i in 1 2 3 4 5 6 7 8 9; do T=$(printf "tok-%s-%s" $i 12345)\necho "add-mask=$T" >> "$RUNWRIGHT_OUTPUT"\necho "now $T"\ndone\necho "t=$T" >> "$RUNWRIGHT_OUTPUT"';
    const given = attempt(script);
    const outcome = await ssh.run(given);
    assert.equal(outputs(outcome).stdout, Array(9).fill('now ***').join('\n'));
    assert.equal(outputs(outcome).t, '***');
    assert.ok(!given.shown.stdout.includes('tok-') && !onDisk(given.folder).includes('tok-'));
  });

  it('shows output while the script runs', async () => {
    const given = attempt('echo one\nwhile [ ! -e "$GO" ]; do sleep 0.02; done\necho two', { env: { GO: join(home.folder, 'go-2') } });
    const done = ssh.run(given);
    await given.saw('one');
    assert.ok(!given.shown.stdout.includes('two'));
    writeFileSync(join(home.folder, 'go-2'), '');
    assert.equal(outputs(await done).stdout, 'one\ntwo');
  });

  it('takes output in any bytes, and says of one that is too long that it is', async () => {
    const binary = await run("printf '\\377\\000\\376a\\303\\274'; printf 'x\\000y' >&2", { env: { LC_ALL: 'no_SUCH.locale' } });
    assert.equal(binary.kind, 'succeeded');
    assert.equal(outputs(binary).stdout, '\ufffd\0\ufffdaü');
    const given = attempt('head -c 30000000 /dev/zero | tr "\\0" x; echo end');
    const outcome = await ssh.run(given);
    assert.deepEqual(outcome, { kind: 'succeeded', exitCode: 0, outputs: { stderr: '', 'exit-code': 0, 'too-large': ['stdout'] } });
    const kept = readFileSync(join(given.folder, 'stdout'), 'utf8');
    assert.ok(kept.length < 9_000_000 && /bytes left out/.test(kept) && kept.endsWith('end\n'));
  }).timeout(60_000);

  it('refuses names in env that no shell there can take', async () => {
    const outcome = await run('true', { env: { 'A-B': '1' } });
    assert.equal(codeOf(outcome), 'env-name');
    assert.equal(classOf(outcome), 'invalid-input');
  });

  it('runs a long script with quotes, tabs and no line end as it is', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `# ${index} 'quoted' "twice" \\ $x \`y\` END_x\tz`).join('\n');
    assert.equal(outputs(await run(`${lines}\nprintf '%s' "it's"`)).stdout, "it's");
  });

  it('shares one connection between steps, beyond its sessions opens another, and closes it when nobody needs it', async () => {
    const files = Array.from({ length: 7 }, (_, index) => join(home.folder, `share-${index}`));
    const attempts = files.map((file) => attempt('echo up\nwhile [ ! -e "$GO" ]; do sleep 0.05; done', { env: { GO: file } }));
    const done = attempts.map((given) => ssh.run(given));
    await Promise.all(attempts.map((given) => given.saw('up')));
    assert.equal(ssh.pool.size(), 2);
    for (const file of files) writeFileSync(file, '');
    for (const outcome of await Promise.all(done)) assert.equal(outcome.kind, 'succeeded');
    await until(() => ssh.pool.size() === 0);
  });

  it('does not wait for what a script left behind, and passes on what came until then', async () => {
    const file = join(home.folder, 'go-late');
    const outcome = await run('(while [ ! -e "$GO" ]; do sleep 0.05; done; echo late) & echo done', { env: { GO: file } });
    assert.equal(outputs(outcome).stdout, 'done');
    writeFileSync(file, '');
  });
});
