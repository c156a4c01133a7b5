import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resetPasswords } from '../../actions/security/reset_passwords/reset-passwords.ts';
import { type TestContext, testContext } from '../../actions/testing/context.ts';
import type { Outcome } from '../../engine/kernel/command.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { type Home, makeHome, type Sshd, startSshd, throwawayUser } from './support/sshd.ts';

const old = 'old password of the test';

describe('security/reset_passwords on a machine', function () {
  this.timeout(60_000);
  let home: Home;
  let server: Sshd;
  let test: TestContext;
  let user: ReturnType<typeof throwawayUser>;
  before(async function () {
    user = throwawayUser(old);
    if (!user) this.skip();
    home = makeHome();
    server = await startSshd(home);
    home.trust(server);
  });
  after(async () => {
    user?.remove();
    await server?.stop();
    home?.remove();
  });
  afterEach(() => test?.remove());

  const name = () => user?.name ?? assert.fail();
  const ssh = (): JsonObject => ({ type: 'ssh', host: '127.0.0.1', port: server.port, user: server.user, key: home.privateKey });
  const run = (
    input: Readonly<Record<string, Json>>,
    { connection, settings }: { connection?: JsonObject; settings?: JsonObject } = {},
  ) => {
    test = testContext({
      environment: { PATH: process.env.PATH ?? '', HOME: home.folder },
      ...(connection ? { connection } : {}),
      ...(settings ? { settings } : {}),
    });
    return resetPasswords(input, test.context);
  };
  const problemOf = (outcome: Outcome) => (outcome.kind === 'failed' ? outcome.error : assert.fail(JSON.stringify(outcome)));
  const shadowOf = (login: string) => {
    const line =
      readFileSync('/etc/shadow', 'utf8')
        .split('\n')
        .find((one) => one.startsWith(`${login}:`)) ?? assert.fail();
    const [, hash = '', changed = ''] = line.split(':');
    return { hash, changed };
  };
  /** By the system's own crypt. */
  const fits = (secret: string, login = name()) => {
    const { hash } = shadowOf(login);
    const made = execFileSync('perl', ['-e', 'chomp($p = <STDIN>); print crypt($p, $ARGV[0])', hash], {
      input: `${secret}\n`,
      encoding: 'utf8',
    });
    return made === hash;
  };
  const kept = (outcome: Outcome): string => {
    assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
    const [secret = ''] = test.secrets.values();
    assert.ok(secret !== '' && !`${JSON.stringify(outcome)}${test.lines.join('\n')}`.includes(secret));
    return secret;
  };

  for (const [where, connection] of [
    ['this one', undefined],
    ['an SSH host', ssh],
  ] as const)
    it(`sets a new password that must be changed at the next login, on ${where}`, async () => {
      const on = connection ? { connection: connection() } : {};
      const outcome = await run({ users: [name()], ...(connection ? {} : { method: 'unix' }) }, on);
      const secret = kept(outcome);
      assert.deepEqual(outcome.kind === 'succeeded' && outcome.outputs.reset, [
        { user: name(), secret: `reset_${name()}`, version: 1, expired: true },
      ]);
      assert.equal(fits(secret), true);
      assert.equal(fits(old), false);
      assert.equal(shadowOf(name()).changed, '0');
      const valid = kept(await run({ users: name(), expire: false, method: 'unix' }, on));
      assert.equal(fits(valid), true);
      assert.notEqual(shadowOf(name()).changed, '0');
    });

  it('refuses root, the accounts of services, locked ones and whoever is not there', async () => {
    const before = shadowOf(name());
    const users = [name(), 'root', 'daemon', 'no-such-user-here', '-x', 'a b', '0'];
    const outcome = await run({ users, method: 'unix' });
    assert.equal(problemOf(outcome).code, 'accounts-refused');
    const failed = ((outcome.kind === 'failed' && outcome.outputs?.failed) || []) as { user: string; why: string }[];
    assert.deepEqual(
      failed.map(({ user, why }) => [user, why]),
      [
        ['root', 'it has the rights of root'],
        ['daemon', 'it belongs to the system: its user id 1 is below 1000'],
        ['no-such-user-here', 'there is no such account'],
        ['-x', 'there is no such account'],
        ['a b', 'there is no such account'],
        ['0', 'its name is root'],
      ],
    );
    assert.deepEqual(shadowOf(name()), before);
    assert.equal(test.secrets.size, 0);
    execFileSync('/usr/sbin/usermod', ['--lock', name()]);
    try {
      assert.match(problemOf(await run({ users: name(), method: 'unix' })).message, /locked, and a new one would open it/);
    } finally {
      execFileSync('/usr/sbin/usermod', ['--unlock', name()]);
    }
    const allowed = await run({ users: ['daemon'], method: 'unix', check: true }, { settings: { allow: ['daemon'] } });
    assert.equal(allowed.kind, 'succeeded');
  });

  it('needs the right to, by root or by sudo', async function () {
    if (!existsSync('/usr/bin/sudo')) return this.skip();
    // Logs in as the user of the test, who is nobody there.
    const connection = { ...ssh(), user: name() };
    const target = throwawayUser(old, 'other');
    if (!target) return this.skip();
    const given = { connection, settings: { unix: { sudo: true } } };
    const sudoers = `/etc/sudoers.d/runwright-test-${process.pid}`;
    try {
      const plain = problemOf(await run({ users: [target.name] }, { connection }));
      assert.deepEqual([plain.code, /is not root/.test(plain.message)], ['accounts-host', true]);
      assert.match(problemOf(await run({ users: [target.name] }, given)).message, /sudo asks for a password, or refuses/);
      // The rights that the documentation names, and no others.
      const rights = /^ops (ALL=.*)$/m.exec(readFileSync(new URL('../../docs/passwords.md', import.meta.url), 'utf8'))?.[1];
      writeFileSync(sudoers, `${name()} ${rights}\n`, { mode: 0o440 });
      const outcome = await run({ users: [target.name] }, given);
      assert.equal(fits(kept(outcome), target.name), true);
      assert.equal(shadowOf(target.name).changed, '0');
      assert.match(problemOf(await run({ users: [name()] }, given)).message, /the account that the step logs in with/);
    } finally {
      rmSync(sudoers, { force: true });
      target.remove();
    }
  });

  it('does nothing on this machine where nobody says that it is meant', async () => {
    assert.equal(problemOf(await run({ users: [name()] })).code, 'accounts-method');
    assert.equal(problemOf(await run({ users: [name()], method: 'ldap' })).code, 'accounts-where');
    assert.equal(problemOf(await run({ users: ' , ', method: 'unix' })).code, 'action-input');
  });

  it('shows the password to no other process', async () => {
    // All processes are listed while the password is on its way to `chpasswd`, and after.
    const seen: string[] = [];
    test = testContext();
    const host = await test.context.host();
    const watching = {
      ...host,
      run: ((script, options) => {
        const at = script.replace('$as chpasswd', 'ps -ww -eo args >&2; $as chpasswd; ps -ww -eo args >&2; true');
        return host.run(at, { ...options, limit: 1024 * 1024 }).then((ran) => {
          seen.push(ran.stderr);
          return ran;
        });
      }) as typeof host.run,
    };
    const outcome = await resetPasswords({ users: [name()], method: 'unix' }, { ...test.context, host: async () => watching });
    const secret = kept(outcome);
    assert.ok(seen.join('').includes('mocha'), 'it did list processes');
    assert.ok(!seen.join('').includes(secret));
    assert.equal(spawnSync('grep', ['-rl', '--', secret, test.root]).stdout.toString(), '');
  });
});
