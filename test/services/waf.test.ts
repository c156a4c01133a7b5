import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployWafRules } from '../../actions/security/deploy_waf_rules/deploy-waf-rules.ts';
import { restoreWafRules } from '../../actions/security/restore_waf_rules/restore-waf-rules.ts';
import { type TestContext, testContext } from '../../actions/testing/context.ts';
import type { ActionCode } from '../../engine/connectors/action.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { NginxServer } from './support/nginx.ts';
import { type Home, makeHome, type Sshd, startSshd } from './support/sshd.ts';

const attack = '/?q=1%20UNION%20SELECT%20password';
const noInjection = `SecRule ARGS "@rx (?i)union\\s+select" \\\n  "id:900100,phase:2,deny,status:403,msg:'SQL injection'"`;
const noTraversal = 'SecRule ARGS "@contains ../" "id:900101,phase:2,deny,status:403"';

describe('security/deploy_waf_rules on nginx', function () {
  this.timeout(60_000);
  let server: NginxServer;
  let home: Home;
  let sshd: Sshd;
  let tests: TestContext[] = [];
  before(async () => {
    home = makeHome();
    sshd = await startSshd(home);
    home.trust(sshd);
  });
  beforeEach(async () => {
    server = await NginxServer.start();
  });
  afterEach(async () => {
    for (const test of tests) test.remove();
    tests = [];
    await server?.stop();
  });
  after(async () => {
    await sshd?.stop();
    home?.remove();
  });

  const settings = (more: JsonObject = {}): JsonObject => ({
    nginx: { rules: server.rules, config: server.config, program: '/usr/sbin/nginx', ...more },
  });
  const ssh = (): JsonObject => ({ type: 'ssh', host: '127.0.0.1', port: sshd.port, user: sshd.user, key: home.privateKey });
  const run = (
    code: ActionCode,
    input: JsonObject,
    { step = 'step-1', connection, given = settings() }: { step?: string; connection?: JsonObject; given?: JsonObject } = {},
  ) => {
    const test = testContext({
      settings: given,
      environment: { PATH: process.env.PATH ?? '', HOME: home.folder },
      ...(connection ? { connection } : {}),
    });
    tests.push(test);
    return code(input, { ...test.context, step, host: test.context.host });
  };
  const done = async (...args: Parameters<typeof run>): Promise<Readonly<Record<string, Json>>> => {
    const outcome = await run(...args);
    assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
    return outcome.kind === 'succeeded' ? outcome.outputs : {};
  };
  const problemOf = async (...args: Parameters<typeof run>) => {
    const outcome = await run(...args);
    assert.ok(outcome.kind === 'failed', JSON.stringify(outcome));
    assert.ok(!/\{\w+\}/.test(outcome.error.message), outcome.error.message);
    return outcome.error;
  };
  const rules = () => readFileSync(server.rules, 'utf8');

  for (const [where, over] of [
    ['this machine', undefined],
    ['an SSH host', ssh],
  ] as const)
    it(`refuses an attack that passed before, and lets it pass after undo, on ${where}`, async () => {
      const on = over ? { connection: over() } : {};
      assert.equal(await server.status(attack), 200);
      const out = await done(deployWafRules, { rule: noInjection }, on);
      await server.until(attack, 403);
      assert.equal(await server.status('/?q=honest'), 200);
      assert.deepEqual([out.rule_ids, out.replaced_ids, out.changed, out.enforced, out.file], [['900100'], [], true, true, server.rules]);
      assert.equal(readFileSync(String(out.earlier), 'utf8'), '');
      await done(restoreWafRules, { deployment: out.deployment_id ?? '' }, on);
      await server.until(attack, 200);
      assert.equal(rules(), '');
      // Once more changes nothing.
      await done(restoreWafRules, { deployment: out.deployment_id ?? '' }, on);
      assert.deepEqual(
        readdirSync(server.folder).filter((name) => name.startsWith('.') && name !== '.runwright-waf'),
        [],
      );
    });

  it('changes and reloads nothing where nginx does not take a rule', async () => {
    await done(deployWafRules, { rule: noTraversal });
    await server.until('/?q=../x', 403);
    const [before, workers] = [rules(), server.workers()];
    chmodSync(server.rules, 0o640);
    const error = await problemOf(
      deployWafRules,
      { rule: `${noInjection}\nSecRule NO_SUCH_VARIABLE "@rx x" "id:900102,phase:2,deny"` },
      { step: 'step-2' },
    );
    assert.equal(error.code, 'waf-refused');
    assert.match(error.message, /NO_SUCH_VARIABLE/);
    assert.deepEqual([rules(), statSync(server.rules).mode & 0o777], [before, 0o640]);
    // Those of before may still end; none is new.
    assert.deepEqual(
      server.workers().filter((pid) => !workers.includes(pid)),
      [],
    );
    assert.equal(await server.status(attack), 200);
    assert.ok(!existsSync(join(server.folder, '.runwright-waf', 'step-2')));
    assert.deepEqual(
      readdirSync(join(server.folder, '.runwright-waf')).filter((name) => name.includes('before') || name.includes('new')),
      [],
    );
  });

  it('adds to what is there, replaces a rule with the same id, and takes the place of all when told so', async () => {
    writeFileSync(server.rules, `# kept by hand\n${noTraversal}\nSecRule ARGS "@streq old" "id:900100,phase:2,deny,status:403"\n`);
    const added = await done(deployWafRules, { rule: noInjection });
    assert.deepEqual(added.replaced_ids, ['900100']);
    assert.equal(rules(), `# kept by hand\n${noTraversal}\n${noInjection}\n`);
    const replaced = await done(deployWafRules, { rule: noInjection, mode: 'replace' }, { step: 'step-2' });
    assert.deepEqual([replaced.replaced_ids, rules()], [['900101'], `${noInjection}\n`]);
    await done(restoreWafRules, { deployment: replaced.deployment_id ?? '' });
    await done(restoreWafRules, { deployment: added.deployment_id ?? '' });
    assert.match(rules(), /^# kept by hand\n.*\n.*streq old/);
  });

  it('can be repeated, and its undo still finds what was there before', async () => {
    const first = await done(deployWafRules, { rule: noInjection });
    const again = await done(deployWafRules, { rule: noInjection });
    assert.deepEqual([again.changed, again.deployment_id], [false, first.deployment_id]);
    await done(restoreWafRules, { deployment: first.deployment_id ?? '' });
    assert.equal(rules(), '');
  });

  it('loses nothing when several steps deploy at once', async () => {
    const ids = [900201, 900202, 900203, 900204];
    await Promise.all(
      ids.map((id) =>
        done(deployWafRules, { rule: `SecRule ARGS "@streq ${id}" "id:${id},phase:2,deny,status:403"` }, { step: `step-${id}` }),
      ),
    );
    for (const id of ids) {
      assert.match(rules(), new RegExp(`id:${id},`));
      await server.until(`/?q=${id}`, 403);
    }
  });

  it('does not put the earlier rules over what somebody else changed since', async () => {
    const out = await done(deployWafRules, { rule: noInjection });
    writeFileSync(server.rules, `${rules()}${noTraversal}\n`);
    assert.equal((await problemOf(restoreWafRules, { deployment: out.deployment_id ?? '' })).code, 'waf-changed');
    assert.match(rules(), /900101/);
    await done(restoreWafRules, { deployment: out.deployment_id ?? '', force: true });
    assert.equal(rules(), '');
    for (const deployment of ['waf-0000000000000000', '../../etc/passwd'])
      assert.equal((await problemOf(restoreWafRules, { deployment })).code, 'waf-deployment');
  });

  it('says what it would do with check, and does nothing', async () => {
    const workers = server.workers();
    const out = await done(deployWafRules, { rule: noInjection, check: true });
    assert.deepEqual([out.rule_ids, out.changed, rules(), server.workers()], [['900100'], true, '', workers]);
    assert.ok(!existsSync(join(server.folder, '.runwright-waf')));
  });

  it('says what to do where nginx is not there, does not load the rules, is broken or does not run', async () => {
    const code = async (given: JsonObject) => (await problemOf(deployWafRules, { rule: noInjection }, { given })).code;
    assert.equal(await code(settings({ program: 'no-such-nginx' })), 'waf-missing');
    assert.equal(await code(settings({ rules: join(server.folder, 'other.conf') })), 'waf-not-loaded');
    assert.equal(await code({ nginx: { rules: 'relative.conf' } }), 'security-settings');
    const config = readFileSync(server.config, 'utf8');
    writeFileSync(server.config, config.replace('modsecurity on;', 'modsecurity off;'));
    assert.equal(await code(settings()), 'waf-not-loaded');
    writeFileSync(server.config, `${config}nonsense;\n`);
    assert.equal(await code(settings()), 'waf-broken');
    writeFileSync(server.config, config);
    await server.down();
    assert.equal(await code(settings()), 'waf-reload');
    assert.equal(rules(), '');
    // What was absent is absent again.
    writeFileSync(join(server.folder, 'main.conf'), `SecRuleEngine On\nInclude ${server.folder}/*.rules\n`);
    writeFileSync(join(server.folder, 'one.rules'), '');
    const absent = join(server.folder, 'two.rules');
    assert.equal(await code(settings({ rules: absent })), 'waf-reload');
    assert.ok(!existsSync(absent));
  });

  it('sees an exchange through when the step is cancelled', async () => {
    const test = testContext({ settings: settings() });
    tests.push(test);
    const host = await test.context.host();
    const cancelling = {
      ...host,
      run: ((script, options) => {
        const running = host.run(script, options);
        if (options?.stdin !== undefined) test.abort();
        return running;
      }) as typeof host.run,
    };
    const outcome = await deployWafRules({ rule: noInjection }, { ...test.context, host: async () => cancelling });
    assert.equal(outcome.kind, 'succeeded', JSON.stringify(outcome));
    await server.until(attack, 403);
    rmSync(join(server.folder, 'error.log'), { force: true });
  });
});
