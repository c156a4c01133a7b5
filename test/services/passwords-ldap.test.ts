import assert from 'node:assert/strict';
import { Attribute, Change } from 'ldapts';
import { resetPasswords } from '../../actions/security/reset_passwords/reset-passwords.ts';
import { type TestContext, testContext } from '../../actions/testing/context.ts';
import type { Outcome } from '../../engine/kernel/command.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { base, dnOf, reader, resetter, Slapd } from './support/slapd.ts';
import { password } from './support/sql.ts';

describe('security/reset_passwords in a directory', function () {
  this.timeout(60_000);
  let server: Slapd;
  let test: TestContext;
  before(async () => {
    server = await Slapd.start();
  });
  after(() => server?.stop());
  afterEach(() => test?.remove());

  const settings = (more: JsonObject = {}, all: JsonObject = {}): JsonObject => ({
    method: 'ldap',
    ldap: { url: server.url, 'bind-dn': resetter, password, base, ...more },
    ...all,
  });
  const run = (input: Readonly<Record<string, Json>>, given: JsonObject = settings()): Promise<Outcome> => {
    test = testContext({ settings: given, secrets: [password] });
    return resetPasswords(input, test.context);
  };
  const problemOf = (outcome: Outcome) => (outcome.kind === 'failed' ? outcome.error : assert.fail(JSON.stringify(outcome)));
  const failedOf = (outcome: Outcome) =>
    (outcome.kind === 'failed' ? (outcome.outputs?.failed ?? []) : assert.fail()) as { user: string; why: string; state: string }[];
  /** What the store has is nowhere else. */
  const kept = (outcome: Outcome, name: string): string => {
    const secret = test.secrets.get(name) ?? assert.fail(`no ${name} among ${[...test.secrets.keys()]}`);
    assert.ok(!`${JSON.stringify(outcome)}${test.lines.join('\n')}`.includes(secret));
    return secret;
  };
  const opens = (user: string, secret: string) =>
    server
      .as(dnOf(user), secret, async () => {})
      .then(
        () => true,
        () => false,
      );

  it('sets a new password that must be changed at once, and keeps it in the store alone', async () => {
    const outcome = await run({ users: ['ann', 'bob'] });
    assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
    assert.deepEqual(outcome.kind === 'succeeded' && outcome.outputs, {
      reset: [
        { user: 'ann', secret: 'reset_ann', version: 1, expired: true },
        { user: 'bob', secret: 'reset_bob', version: 2, expired: true },
      ],
      reset_count: 2,
      failed: [],
      method: 'ldap',
    });
    const secret = kept(outcome, 'reset_ann');
    assert.match(secret, /^[A-Za-z][\w.+=@%^*!-]{19}$/);
    assert.equal(await opens('ann', 'old-password-of-ann'), false);
    await server.as(dnOf('ann'), secret, async (client) => {
      // The server lets her change the password and do nothing else before.
      await assert.rejects(client.search(base, { scope: 'base' }), { code: 50 });
      await client.modify(
        dnOf('ann'),
        new Change({ operation: 'replace', modification: new Attribute({ type: 'userPassword', values: ['chosen by ann'] }) }),
      );
    });
    await server.as(dnOf('ann'), 'chosen by ann', (client) => client.search(base, { scope: 'base' }));
    const shadow = await server.as(resetter, password, (client) => client.search(dnOf('bob'), { attributes: ['shadowLastChange'] }));
    assert.equal(shadow.searchEntries[0]?.shadowLastChange, '0');
  });

  it('leaves the password valid with expire: false, over an encrypted connection', async () => {
    const given = settings({ 'start-tls': true, ca: server.certificates.caText });
    const outcome = await run({ users: 'ann', expire: false }, given);
    assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
    await server.as(dnOf('ann'), kept(outcome, 'reset_ann'), (client) => client.search(base, { scope: 'base' }));
  });

  it('refuses all where one of them is not what it should be', async () => {
    const outcome = await run({ users: ['bob', 'nobody-here', 'backup', 'locked', 'twice', 'root', '*', 'bob)(uid=*'] });
    assert.equal(problemOf(outcome).code, 'accounts-refused');
    const why = Object.fromEntries(failedOf(outcome).map(({ user, why }) => [user, why]));
    assert.deepEqual(Object.keys(why).sort(), ['*', 'backup', 'bob)(uid=*', 'locked', 'nobody-here', 'root', 'twice']);
    assert.match(why.backup ?? '', /user id 34/);
    assert.match(why.locked ?? '', /locked/);
    assert.match(why.twice ?? '', /more than one/);
    assert.equal(why['*'], 'there is no such account');
    assert.equal(test.secrets.size, 0);
    const own = await run({ users: ['reset'] }, settings({ attribute: 'cn' }));
    assert.match(problemOf(own).message, /the account that this action logs in with/);
  });

  it('takes a special account where the settings name it', async () => {
    const outcome = await run({ users: ['backup'], expire: false }, settings({}, { allow: ['backup'] }));
    assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
    assert.equal(await opens('backup', kept(outcome, 'reset_backup')), true);
  });

  it('keeps those that went well when another does not', async () => {
    const outcome = await run({ users: ['ann', 'sealed', 'bob'], expire: false });
    assert.equal(problemOf(outcome).code, 'accounts-partly');
    assert.match(problemOf(outcome).message, /^2 of 3 .*sealed: the account that asks has no right to \(code 50\)/);
    const outputs = (outcome.kind === 'failed' && outcome.outputs) || {};
    assert.deepEqual(
      (outputs.reset as { user: string }[]).map(({ user }) => user),
      ['ann', 'bob'],
    );
    assert.equal(failedOf(outcome)[0]?.state, 'unchanged');
    assert.equal(await opens('ann', kept(outcome, 'reset_ann')), true);
    assert.equal(await opens('bob', kept(outcome, 'reset_bob')), true);
    assert.equal(await opens('sealed', 'old-password-of-sealed'), true);
  });

  it('only looks with check', async () => {
    const outcome = await run({ users: ['bob'], check: true });
    assert.deepEqual(outcome.kind === 'succeeded' && outcome.outputs.reset, [{ user: 'bob', secret: 'reset_bob', expired: true }]);
    assert.equal(test.secrets.size, 0);
    assert.equal(problemOf(await run({ users: ['nobody-here'], check: true })).code, 'accounts-refused');
  });

  it('changes nothing where the store takes no secret', async () => {
    await run({ users: ['bob'], expire: false });
    const before = test.secrets.get('reset_bob') ?? '';
    test.remove();
    test = testContext({ settings: settings(), secrets: [password] });
    const { problem, ProblemError } = await import('../../runbook/core/errors.ts');
    const locked = () => Promise.reject(new ProblemError(problem('secrets-locked', { why: 'the key is missing' })));
    const outcome = await resetPasswords({ users: ['bob', 'ann'] }, { ...test.context, keepSecret: locked });
    assert.equal(problemOf(outcome).code, 'accounts-partly');
    assert.equal(failedOf(outcome).length, 2);
    assert.equal(await opens('bob', before), true);
  });

  it('says what to do where the directory does not let it in, refuses, or is not there', async () => {
    const code = async (more: JsonObject, input: Readonly<Record<string, Json>> = { users: ['bob'] }) =>
      problemOf(await run(input, settings(more))).code;
    assert.equal(await code({ password: 'not the password' }), 'directory-login');
    assert.equal(await code({ base: 'dc=elsewhere' }), 'directory-refused');
    assert.equal(await code({ url: 'ldap://127.0.0.1:1' }), 'directory-unreachable');
    assert.equal(await code({ filter: '(((' }), 'security-settings');
    // Its certificate is signed by an authority that nobody knows here.
    assert.equal(await code({ 'start-tls': true }), 'directory-unreachable');
    const reading = await run({ users: ['bob'] }, settings({ 'bind-dn': reader }));
    assert.match(problemOf(reading).message, /^0 of 1 .*no right/);
  });

  it('says so where the directory cannot expire a password', async () => {
    const plain = await Slapd.start({ policy: false });
    try {
      const given = settings({ url: plain.url });
      const outcome = await run({ users: ['ann'] }, given);
      assert.match(problemOf(outcome).message, /no way to expire/);
      // An account with shadow attributes has one.
      assert.equal((await run({ users: ['bob'] }, given)).kind, 'succeeded');
      assert.equal((await run({ users: ['ann'], expire: false }, given)).kind, 'succeeded');
    } finally {
      await plain.stop();
    }
  });
});
