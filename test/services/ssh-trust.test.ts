import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { sshConnector } from '../../engine/connectors/ssh/connector.ts';
import type { Outcome } from '../../engine/kernel/command.ts';
import type { Json } from '../../runbook/core/json.ts';
import { attemptOn, classOf, codeOf, onDisk, outputs } from './support/ssh-attempt.ts';
import {
  freePort,
  type Home,
  keygen,
  leastPrograms,
  makeHome,
  programsOnly,
  type Sshd,
  startAgent,
  startSshd,
  throwawayUser,
} from './support/sshd.ts';

type Connection = Readonly<Record<string, Json>>;

describe('reaching an SSH host', () => {
  let home: Home;
  let server: Sshd;
  let ssh = sshConnector();
  const edge = (): Connection => ({ host: '127.0.0.1', port: server.port, user: server.user, key: home.privateKey });
  const run = (connection: Connection, more: Parameters<typeof attemptOn>[3] = {}): Promise<Outcome> =>
    ssh.run(attemptOn(home, connection, 'echo in', more));
  const without = (connection: Connection, ...keys: string[]): Connection =>
    Object.fromEntries(Object.entries(connection).filter(([key]) => !keys.includes(key)));
  const succeeds = async (connection: Connection, more: Parameters<typeof attemptOn>[3] = {}) => {
    const outcome = await run(connection, more);
    assert.equal(outputs(outcome).stdout, 'in', JSON.stringify(outcome));
  };
  const message = (outcome: Outcome) => (outcome.kind === 'failed' ? `${outcome.error.message} ${outcome.error.remedy}` : '');

  before(async () => {
    home = makeHome();
    server = await startSshd(home);
  });
  beforeEach(() => {
    ssh = sshConnector({ grace: 400, patience: 1000, idle: 500, timeout: 5000 });
    home.trust(server);
    home.write('.ssh/config', '');
  });
  afterEach(() => ssh.pool.close());
  after(async () => {
    await server?.stop();
    home?.remove();
  });

  describe('host keys', () => {
    it('refuses a host that is not known, before it is sent anything, and says how to trust it', async () => {
      home.trust();
      const before = server.log();
      const outcome = await run(edge());
      assert.equal(codeOf(outcome), 'host-key-unknown');
      assert.equal(classOf(outcome), 'auth');
      assert.ok(message(outcome).includes(server.fingerprint) && message(outcome).includes(`fingerprint: ${server.fingerprint}`));
      assert.ok(!server.log().slice(before.length).includes('Accepted'));
    });

    it('finds a host in hashed entries, in patterns and among other hosts, and not under another port', async () => {
      execFileSync('ssh-keygen', ['-q', '-H', '-f', join(home.folder, '.ssh/known_hosts')], { stdio: 'ignore' });
      rmSync(join(home.folder, '.ssh/known_hosts.old'));
      assert.ok(readFileSync(join(home.folder, '.ssh/known_hosts'), 'utf8').startsWith('|1|'));
      await succeeds(edge());
      const [, type, key] = server.knownHost.split(' ');
      home.write('.ssh/known_hosts', `# a comment\n\nother,[127.0.0.*]:${server.port} ${type} ${key} someone@somewhere\n`);
      ssh.pool.close();
      await succeeds(edge());
      home.write('.ssh/known_hosts', `127.0.0.1 ${type} ${key}\n[127.0.0.1]:${server.port},![127.0.0.1]:${server.port} ${type} ${key}\n`);
      ssh.pool.close();
      assert.equal(codeOf(await run(edge())), 'host-key-unknown');
    });

    it('refuses a host whose key has changed, with both keys and the place', async () => {
      keygen(join(home.folder, 'other_host'), 'ed25519');
      const other = readFileSync(join(home.folder, 'other_host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
      home.write('.ssh/known_hosts', `[127.0.0.1]:${server.port} ${other}\n`);
      const outcome = await run(edge());
      assert.equal(codeOf(outcome), 'host-key-changed');
      const known = execFileSync('ssh-keygen', ['-lf', join(home.folder, 'other_host.pub')], { encoding: 'utf8' }).split(' ')[1] ?? '?';
      for (const part of [server.fingerprint, known, 'known_hosts:1']) assert.ok(message(outcome).includes(part), part);
    });

    it('refuses a revoked key, whatever else is said of it', async () => {
      home.write('.ssh/known_hosts', `${server.knownHost}\n@revoked ${server.knownHost}\n`);
      assert.equal(codeOf(await run(edge())), 'host-key-revoked');
      assert.equal(codeOf(await run({ ...edge(), fingerprint: server.fingerprint })), 'host-key-revoked');
    });

    it('takes the fingerprint that the target declares, and no other key, known or not', async () => {
      home.trust();
      await succeeds({ ...edge(), fingerprint: server.fingerprint });
      home.trust(server);
      const outcome = await run({ ...edge(), fingerprint: `SHA256:${'A'.repeat(43)}` });
      assert.equal(codeOf(outcome), 'host-key-changed');
      assert.ok(message(outcome).includes(server.fingerprint));
      assert.equal(codeOf(await run({ ...edge(), fingerprint: 'aa:bb:cc' })), 'ssh-target');
    });

    it('asks a host with several keys for the kind that is known or declared', async () => {
      const both = await startSshd(home, { keyTypes: ['rsa', 'ed25519', 'ecdsa'] });
      try {
        home.trust(both);
        const there = { ...edge(), port: both.port };
        await succeeds(there);
        home.trust();
        await succeeds({ ...there, fingerprint: both.fingerprint });
        assert.equal(codeOf(await run({ ...there, fingerprint: `SHA256:${'A'.repeat(43)}` })), 'host-key-changed');
      } finally {
        await both.stop();
      }
    });
  });

  describe('credentials', () => {
    it('takes a key as text, also with other line ends, or by its path', async () => {
      await succeeds({ ...edge(), key: home.privateKey.trimEnd().replaceAll('\n', '\r\n') });
      await succeeds({ ...edge(), key: home.keyFile });
      await succeeds({ ...edge(), key: '~/login_key' });
      for (const type of ['rsa', 'ecdsa']) {
        keygen(join(home.folder, `login_${type}`), type);
        const other = await startSshd({ ...home, publicKey: readFileSync(join(home.folder, `login_${type}.pub`), 'utf8') });
        home.trust(other);
        await succeeds({ ...edge(), port: other.port, key: `~/login_${type}` });
        await other.stop();
      }
    });

    it('says what is wrong with a key', async () => {
      keygen(join(home.folder, 'locked'), 'ed25519', 'a passphrase');
      const locked = await run({ ...edge(), key: '~/locked' });
      assert.equal(codeOf(locked), 'ssh-key-encrypted');
      assert.match(message(locked), /ssh-add/);
      assert.equal(codeOf(await run({ ...edge(), key: readFileSync(join(home.folder, 'locked'), 'utf8') })), 'ssh-key-encrypted');
      assert.equal(codeOf(await run({ ...edge(), key: '~/no-such-key' })), 'ssh-key');
      assert.equal(codeOf(await run({ ...edge(), key: '~/login_key.pub' })), 'ssh-key');
      const broken = await run({
        ...edge(),
        key: '-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense-nonsense\n-----END OPENSSH PRIVATE KEY-----',
      });
      assert.equal(codeOf(broken), 'ssh-key');
      assert.ok(!message(broken).includes('nonsense'));
      assert.equal(codeOf(await run({ ...edge(), key: 'relative/key' })), 'ssh-target');
    });

    it('says that a key was not accepted, and what the host takes', async () => {
      keygen(join(home.folder, 'stranger'), 'ed25519');
      const outcome = await run({ ...edge(), key: '~/stranger' });
      assert.equal(codeOf(outcome), 'ssh-auth');
      assert.equal(classOf(outcome), 'auth');
      assert.match(message(outcome), /publickey/);
    });

    it('uses the agent of whoever started the run', async () => {
      const agent = startAgent(home);
      try {
        const environment = { SSH_AUTH_SOCK: agent.socket };
        await succeeds({ ...without(edge(), 'key'), agent: true }, { environment });
        await succeeds(without(edge(), 'key'), { environment });
        await succeeds({ ...without(edge(), 'key'), agent: agent.socket });
      } finally {
        agent.stop();
      }
      assert.equal(codeOf(await run({ ...without(edge(), 'key'), agent: true })), 'ssh-agent');
      ssh.pool.close();
      const gone = await run({ ...without(edge(), 'key'), agent: join(home.folder, 'no-agent') });
      assert.equal(codeOf(gone), 'ssh-agent');
      assert.equal(classOf(gone), 'auth');
      assert.equal(codeOf(await run(without(edge(), 'key'))), 'ssh-auth');
    });

    it('logs in with a password, which is in no file, message or stream afterwards', async function () {
      const password = 'p4ss-canary-9217';
      const user = throwawayUser(password);
      // Only root can make a user with a password.
      if (!user) return this.skip();
      const server = await startSshd(home, { config: 'PasswordAuthentication yes' });
      try {
        home.trust(server);
        const connection = { host: '127.0.0.1', port: server.port, user: user.name, password };
        const attempt = attemptOn(home, connection, 'id -un', { secrets: [password] });
        const outcome = await ssh.run(attempt);
        assert.equal(outputs(outcome).stdout, user.name);
        assert.ok(!`${onDisk(attempt.folder)}${JSON.stringify(outcome)}`.includes(password));
        const wrong = await run({ ...connection, password: 'wrong-canary-1' });
        assert.equal(codeOf(wrong), 'ssh-auth');
        assert.ok(!JSON.stringify(wrong).includes('wrong-canary-1'));
      } finally {
        await server.stop();
        user.remove();
      }
    });

    it('refuses a target that makes no sense, saying why', async () => {
      for (const [connection, why] of [
        [without(edge(), 'host'), /host/],
        [{ ...edge(), password: 'and-a-password' }, /exclude/],
        [{ ...edge(), port: 0 }, /port/],
        [{ ...edge(), port: 'x' }, /port/],
        [{ ...edge(), host: 'a b' }, /space/],
        [{ ...edge(), user: 'a\nb' }, /control/],
        [{ ...edge(), host: ['x'] }, /text/],
        [{ ...edge(), key: '' }, /empty/],
        [{ ...edge(), jump: 'a b c' }, /jump/],
        [{ ...edge(), jump: 7 }, /jump/],
      ] as const) {
        const outcome = await run(connection);
        assert.equal(codeOf(outcome), 'ssh-target');
        assert.equal(classOf(outcome), 'invalid-input');
        assert.match(message(outcome), why);
      }
    });
  });

  describe('ways', () => {
    it('goes through a jump host, which is checked like any other', async () => {
      const inner = await startSshd(home);
      try {
        home.trust(server, inner);
        const there = { ...edge(), port: inner.port };
        const before = server.log().length;
        await succeeds({ ...there, jump: `${server.user}@127.0.0.1:${server.port}` });
        assert.match(server.log().slice(before), /Accepted publickey/);
        ssh.pool.close();
        await succeeds({ ...there, jump: { host: '127.0.0.1', port: server.port, user: server.user, key: '~/login_key' } });
        home.trust(inner);
        const unknown = await run({ ...there, jump: `${server.user}@127.0.0.1:${server.port}` });
        assert.equal(codeOf(unknown), 'host-key-unknown');
        assert.ok(message(unknown).includes(server.fingerprint));
        home.trust(server, inner);
        const nobody = await run({ ...edge(), port: await freePort(), jump: `${server.user}@127.0.0.1:${server.port}` });
        assert.equal(codeOf(nobody), 'host-unreachable');
        assert.equal(classOf(nobody), 'network');
      } finally {
        await inner.stop();
      }
    });

    it('gives the password of a target to no jump host', async () => {
      const outcome = await run({
        ...without(edge(), 'key'),
        password: 'canary-of-target',
        jump: `${server.user}@127.0.0.1:${server.port}`,
      });
      assert.equal(codeOf(outcome), 'ssh-auth');
      assert.match(message(outcome), /key/);
    });

    it('knows the aliases of ~/.ssh/config', async () => {
      const inner = await startSshd(home);
      try {
        home.trust(server, inner);
        mkdirSync(join(home.folder, '.ssh/more'), { recursive: true });
        home.write('.ssh/more/hosts', `Host inner\n  HostName 127.0.0.1\n  Port ${inner.port}\n  ProxyJump bastion\n`);
        home.write(
          '.ssh/config',
          [
            'Include more/*',
            'Match host inner exec "touch /should-not-run"',
            '  Port 1',
            `Host bastion !inner`,
            `  HostName = 127.0.0.1`,
            `  Port ${server.port}`,
            'Host *',
            `  User "${server.user}"`,
            '  IdentityFile %d/login_key',
            '  Port 2',
          ].join('\n'),
        );
        const before = server.log().length;
        await succeeds({ host: 'inner' });
        assert.match(server.log().slice(before), /Accepted publickey/);
        await succeeds({ host: 'bastion' });
        // What the target says itself counts more.
        assert.equal(codeOf(await run({ host: 'bastion', port: await freePort() })), 'host-refused');
      } finally {
        await inner.stop();
      }
    });

    it('says which way a host cannot be reached', async () => {
      const refused = await run({ ...edge(), port: await freePort() });
      assert.equal(codeOf(refused), 'host-refused');
      assert.equal(classOf(refused), 'network');
      const nowhere = await run({ ...edge(), host: 'no-such-host.invalid' });
      assert.equal(codeOf(nowhere), 'host-name');
      assert.ok(['not-found', 'network'].includes(classOf(nowhere)));
      // Answers, and is no SSH server; then one that says nothing at all.
      for (const greeting of ['HTTP/1.1 400 Bad Request\r\n\r\n', '']) {
        const other = createServer((socket) => (greeting ? socket.end(greeting) : undefined));
        await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
        const { port } = other.address() as AddressInfo;
        const impatient = sshConnector({ timeout: 400 });
        const outcome = await impatient.run(attemptOn(home, { ...edge(), port }, 'true'));
        assert.equal(codeOf(outcome), greeting ? 'ssh-failed' : 'host-unreachable');
        assert.equal(classOf(outcome), 'network');
        other.close();
      }
    });

    it('drops what start files print', async () => {
      const noisy = await startSshd(home, {
        config: 'ForceCommand echo welcome; echo motd >&2; printf "no line end"; eval "$SSH_ORIGINAL_COMMAND"',
      });
      try {
        home.trust(noisy);
        const outcome = await run({ ...edge(), port: noisy.port });
        assert.deepEqual(outputs(outcome), { stdout: 'in', stderr: '', 'exit-code': 0 });
      } finally {
        await noisy.stop();
      }
    });

    it('says what a host did that starts no shell', async () => {
      const closed = await startSshd(home, { config: 'ForceCommand echo This account is closed. >&2; exit 1' });
      try {
        home.trust(closed);
        const outcome = await run({ ...edge(), port: closed.port });
        assert.equal(codeOf(outcome), 'remote-shell');
        assert.match(message(outcome), /This account is closed/);
      } finally {
        await closed.stop();
      }
    });

    it('does not wait for ever for a host that starts something else', async () => {
      const menu = await startSshd(home, { config: 'ForceCommand echo Choose:; cat >/dev/null' });
      try {
        home.trust(menu);
        const impatient = sshConnector({ timeout: 1500 });
        const outcome = await impatient.run(attemptOn(home, { ...edge(), port: menu.port }, 'true'));
        assert.equal(codeOf(outcome), 'remote-shell');
        assert.equal(classOf(outcome), 'timeout');
        impatient.pool.close();
      } finally {
        await menu.stop();
      }
    });

    it('works with one session for each connection', async () => {
      const narrow = await startSshd(home, { config: 'MaxSessions 1' });
      try {
        home.trust(narrow);
        await succeeds({ ...edge(), port: narrow.port });
      } finally {
        await narrow.stop();
      }
    });
  });

  describe('a host that lacks things', () => {
    const withPrograms = async (names: readonly string[], script: string): Promise<Outcome> => {
      const path = programsOnly(join(home.folder, `programs-${names.join('-') || 'least'}`), [...leastPrograms, ...names]);
      const poor = await startSshd(home, { config: `SetEnv PATH=${path} SHLVL=3` });
      try {
        home.trust(poor);
        return await ssh.run(attemptOn(home, { ...edge(), port: poor.port }, script));
      } finally {
        await poor.stop();
      }
    };

    it('says that without setsid, perl and python3 a script could not be stopped', async () => {
      const outcome = await withPrograms([], 'echo ran');
      assert.equal(codeOf(outcome), 'remote-session');
      assert.equal(classOf(outcome), 'not-found');
    });

    for (const helper of ['setsid', 'perl', 'python3']) {
      it(`makes a session with ${helper}, and runs under sh without bash`, async function () {
        if (spawnSync(helper, ['--version']).error) return this.skip();
        const outcome = await withPrograms([helper], 'echo "[$BASH_VERSION] $(ps -o sid= -p $$ | tr -d " ")"; echo $$');
        const [first = '', pid] = String(outputs(outcome).stdout).split('\n');
        assert.equal(first, `[] ${pid}`, JSON.stringify(outcome));
      });
    }

    it('says that its disk is full, and runs nothing', async function () {
      const start = [
        'unshare',
        '-m',
        '/bin/sh',
        '-c',
        'mount -t tmpfs -o size=16k,nr_inodes=40 none /tmp && head -c 100000 /dev/zero >/tmp/full; exec "$@"',
        'sh',
      ];
      // Only root may mount.
      if (spawnSync('unshare', ['-m', '/bin/sh', '-c', 'mount -t tmpfs none /tmp']).status !== 0) return this.skip();
      const elsewhere = makeHome('/var/tmp');
      const full = await startSshd(elsewhere, { start });
      try {
        elsewhere.trust(full);
        const outcome = await ssh.run(attemptOn(elsewhere, { ...edge(), port: full.port, key: elsewhere.privateKey }, 'echo ran'));
        assert.equal(codeOf(outcome), 'remote-files');
        assert.match(message(outcome), /No space left/);
      } finally {
        await full.stop();
        elsewhere.remove();
      }
    });

    it('learns how a script ended that filled the disk', async function () {
      if (spawnSync('unshare', ['-m', '/bin/sh', '-c', 'mount -t tmpfs none /tmp']).status !== 0) return this.skip();
      const start = ['unshare', '-m', '/bin/sh', '-c', 'mount -t tmpfs -o size=200k none /tmp && exec "$@"', 'sh'];
      const elsewhere = makeHome('/var/tmp');
      const small = await startSshd(elsewhere, { start });
      try {
        elsewhere.trust(small);
        const script = 'head -c 1000000 /dev/zero >/tmp/filler || true\nfor i in 1 2 3; do echo "line $i"; done\nexit 9';
        const outcome = await ssh.run(attemptOn(elsewhere, { ...edge(), port: small.port, key: elsewhere.privateKey }, script));
        assert.deepEqual(outputs(outcome), {
          stdout: 'line 1\nline 2\nline 3',
          stderr: "head: error writing 'standard output': No space left on device",
          'exit-code': 9,
        });
      } finally {
        await small.stop();
        elsewhere.remove();
      }
    });
  });
});
