import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { investigate } from '../../actions/security/investigate_behavior/investigate.ts';
import { type TestContext, testContext } from '../../actions/testing/context.ts';
import type { Outcome } from '../../engine/kernel/command.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { remove, temporary } from './support/server.ts';
import { type Home, makeHome, type Sshd, startSshd, throwawayUser } from './support/sshd.ts';

const cronFile = `/etc/cron.d/runwright-test-${process.pid}`;
const indicator = `planted-${process.pid}.example`;

describe('security/investigate_behavior', function () {
  this.timeout(120_000);
  let home: Home;
  let server: Sshd;
  const folder = temporary('planted');
  const planted: ChildProcess[] = [];
  let contexts: TestContext[] = [];
  const mayPlantJobs = process.getuid?.() === 0;
  const pids = { deleted: 0, listener: 0 };

  before(async () => {
    home = makeHome();
    server = await startSshd(home);
    home.trust(server);
    // Two programs of no package: one is deleted while it runs, one listens.
    const program = (name: string, source: string, ...args: string[]) => {
      const copy = join(folder, name);
      copyFileSync(source, copy);
      const child = spawn(copy, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      planted.push(child);
      return child;
    };
    const listen = `use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die; $| = 1; print "up\\n"; sleep 300 # ${indicator}`;
    const listener = program('listener', '/usr/bin/perl', '-e', listen);
    await new Promise((resolve) => listener.stdout?.once('data', resolve));
    const deleted = program('deleted', '/usr/bin/perl', '-e', '$| = 1; print "up\\n"; sleep 300');
    await new Promise((resolve) => deleted.stdout?.once('data', resolve));
    rmSync(join(folder, 'deleted'));
    Object.assign(pids, { deleted: deleted.pid, listener: listener.pid });
    writeFileSync(join(folder, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
    mkdirSync(join(folder, 'odd\nname'));
    if (mayPlantJobs) writeFileSync(cronFile, '# planted by a test\n');
  });
  after(async () => {
    for (const child of planted) child.kill('SIGKILL');
    rmSync(cronFile, { force: true });
    await server?.stop();
    home?.remove();
    remove(folder);
  });
  afterEach(() => {
    for (const context of contexts) context.remove();
    contexts = [];
  });

  const ssh = (): JsonObject => ({ type: 'ssh', host: '127.0.0.1', port: server.port, user: server.user, key: home.privateKey });
  const context = (connection?: JsonObject) => {
    const made = testContext({
      environment: { PATH: process.env.PATH ?? '', HOME: home.folder },
      ...(connection === undefined ? {} : { connection }),
    });
    contexts.push(made);
    return made;
  };
  const input = (more: Record<string, Json> = {}) => ({ since: '1h', folders: [folder], indicators: [indicator], ...more });
  const outputs = (outcome: Outcome) => {
    assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
    return outcome.kind === 'succeeded' ? outcome.outputs : {};
  };
  const findings = (of: Readonly<Record<string, Json>>): { kind: string; fact: string; file: string; line: number }[] =>
    JSON.parse(readFileSync(join(String(of.folder), 'findings.json'), 'utf8'));

  for (const [where, connection] of [
    ['on this machine', undefined],
    ['on an SSH host', ssh],
  ] as const)
    it(`collects what is there ${where} and finds what was planted`, async () => {
      const made = context(connection?.());
      const out = outputs(await investigate(input({ host: 'web-1.example.net' }), made.context));
      const found = findings(out);
      const about = (kind: string, text: string | RegExp) => {
        const one = found.find((finding) => finding.kind === kind && finding.fact.match(text));
        assert.ok(one, `${kind} ${text} among\n${found.map(({ kind, fact }) => `${kind}: ${fact}`).join('\n')}`);
        // The line that is named shows it.
        return readFileSync(join(String(out.folder), one.file), 'utf8').split('\n')[one.line - 1] ?? '';
      };
      assert.match(about('deleted-program-runs', new RegExp(`Process ${pids.deleted} `)), /deleted \(deleted\)$/);
      assert.match(about('listener-without-package', join(folder, 'listener')), new RegExp(`pid=${pids.listener},`));
      assert.match(about('new-program-in-temporary-folder', join(folder, 'tool')), /\/tool$/);
      assert.match(about('indicator', indicator), new RegExp(indicator));
      about('strange-name', /odd\?name/);
      if (mayPlantJobs) assert.match(about('scheduled-job-changed', cronFile), new RegExp(`${cronFile}$`));
      // It says at once that the case is about another machine than the one that was looked at.
      assert.equal(found[0]?.kind, 'other-machine');

      const hashes = readFileSync(join(String(out.folder), 'program-hashes.txt'), 'utf8');
      assert.ok(
        hashes.includes(createHash('sha256').update(readFileSync('/usr/bin/perl')).digest('hex')),
        'the deleted program is hashed too',
      );
      assert.equal(out.finding_count, found.length);
      assert.deepEqual(out.findings, found.slice(0, 200));
      assert.equal(Number(out.evidence_count) >= 15, true);
    });

  it('seals the case: its own alone, hashed, with the command, the time and the exit code of each piece', async () => {
    const made = context();
    const out = outputs(await investigate(input(), made.context));
    const path = String(out.folder);
    assert.equal(statSync(path).mode & 0o777, 0o700);
    assert.equal(path, join(made.context.workspace, 'evidence', String(out.case_id)));
    execFileSync('sha256sum', ['--check', '--quiet', '--strict', 'SHA256SUMS'], { cwd: path });
    const sums = readFileSync(join(path, 'SHA256SUMS'));
    assert.equal(out.sha256, createHash('sha256').update(sums).digest('hex'));
    const named = sums.toString().match(/\S+$/gm)?.sort();
    assert.deepEqual(
      named,
      readdirSync(path)
        .filter((name) => name !== 'SHA256SUMS')
        .sort(),
    );
    for (const name of named ?? []) assert.equal(statSync(join(path, name)).mode & 0o777, 0o400, name);

    const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
    const there = manifest.pieces.filter(({ state }: { state: string }) => state !== 'missing');
    assert.equal(there.length, out.evidence_count);
    for (const piece of there) {
      assert.equal(
        piece.sha256,
        createHash('sha256')
          .update(readFileSync(join(path, piece.file)))
          .digest('hex'),
      );
      assert.ok(piece.command && Date.parse(piece.started) <= Date.parse(piece.ended) && Number.isInteger(piece.exitCode), piece.file);
    }
    for (const piece of manifest.pieces)
      if (piece.state === 'missing') assert.ok(piece.why && !existsSync(join(path, piece.file)), piece.file);
    assert.equal(readFileSync(join(path, '../.gitignore'), 'utf8'), '*\n');
  });

  it('takes only what it is told to, and no more of it than the limit', async () => {
    const made = context();
    const out = outputs(await investigate(input({ collect: ['accounts'] }), made.context));
    const files = readdirSync(String(out.folder));
    assert.ok(files.includes('passwd.txt') && !files.includes('processes.txt') && !files.includes('changed-files.txt'));
    const many = join(folder, 'many');
    mkdirSync(many);
    for (let at = 0; at < 6000; at++) writeFileSync(join(many, `${String(at).padStart(5, '0')}-${'x'.repeat(190)}`), '');
    const cut = outputs(await investigate(input({ collect: ['files'], limit: 1 }), made.context));
    assert.equal(statSync(join(String(cut.folder), 'changed-files.txt')).size, 1024 * 1024);
    assert.deepEqual(cut.missing, [{ piece: 'changed-files.txt', why: 'it is longer than 1 MiB' }]);
    rmSync(many, { recursive: true });
  });

  it('says what an account without rights does not see, and makes nothing up', async function () {
    const user = throwawayUser('not used');
    if (!user) return this.skip();
    try {
      const out = outputs(
        await investigate(input({ collect: ['sockets', 'logins', 'accounts'] }), context({ ...ssh(), user: user.name }).context),
      );
      const missing = new Map((out.missing as { piece: string; why: string }[]).map(({ piece, why }) => [piece, why]));
      assert.match(missing.get('sockets.txt') ?? '', new RegExp(`${user.name} is not root there`));
      assert.equal(missing.get('failed-logins.txt'), '/var/log/btmp cannot be read');
      for (const file of ['failed-logins.txt', 'password-states.txt']) {
        assert.ok(missing.has(file), file);
        assert.ok(!existsSync(join(String(out.folder), file)), file);
      }
      assert.ok(!readdirSync(String(out.folder)).some((file) => readFileSync(join(String(out.folder), file), 'utf8').includes('$y$')));
    } finally {
      user.remove();
    }
  });

  it('keeps what it has when the connection is lost, and when it is cancelled', async () => {
    const other = await startSshd(home);
    home.trust(server, other);
    const cutting = testContext({
      connection: { ...ssh(), port: other.port },
      environment: { PATH: process.env.PATH ?? '', HOME: home.folder },
      heard: (line) => {
        if (line.includes('passwd.txt')) void other.stop();
      },
    });
    contexts.push(cutting);
    const broken = await investigate(input(), cutting.context);
    assert.equal(broken.kind, 'failed', JSON.stringify(broken));
    const { outputs: kept, error } = broken.kind === 'failed' ? broken : assert.fail();
    assert.ok(['network', 'unknown'].includes(error.class), error.code);
    assert.ok(Number(kept?.evidence_count) > 3);
    execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: String(kept?.folder) });
    const stopping = testContext({
      environment: { PATH: process.env.PATH ?? '', HOME: home.folder },
      heard: (line) => {
        if (line.includes('passwd.txt')) stopping.abort();
      },
    });
    contexts.push(stopping);
    assert.deepEqual(await investigate(input(), stopping.context), { kind: 'cancelled' });
    const cases = join(stopping.context.workspace, 'evidence');
    const [left = ''] = readdirSync(cases).filter((name) => name.startsWith('case-'));
    execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: join(cases, left) });
    assert.match(readFileSync(join(cases, left, 'manifest.json'), 'utf8'), /"broken-off": "The step was cancelled/);
  });

  it('refuses a time that it cannot read, before it touches anything', async () => {
    for (const since of ['yesterday', '5', '2999-01-01', '0s']) {
      const made = context();
      const outcome = await investigate({ since }, made.context);
      assert.ok(outcome.kind === 'failed' && outcome.error.code === 'action-input', JSON.stringify(outcome));
      assert.ok(!existsSync(join(made.context.workspace, 'evidence')));
    }
  });
});
