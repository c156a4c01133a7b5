import assert from 'node:assert/strict';
import { blockIp } from '../../actions/security/block_ip/block-ip.ts';
import { isBlocked } from '../../actions/security/is_blocked/is-blocked.ts';
import { unblockIp } from '../../actions/security/unblock_ip/unblock-ip.ts';
import { type TestContext, testContext } from '../../actions/testing/context.ts';
import type { ActionCode, ActionContext } from '../../engine/connectors/action.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { makeNetwork, type Network, noNamespaces } from './support/namespaces.ts';

describe('blocking by nftables', () => {
  const port = 8080;
  let network: Network;
  let test: TestContext;
  before(function () {
    const why = noNamespaces();
    if (why !== undefined) {
      console.log(`      left out: ${why}`);
      this.skip();
    }
  });
  beforeEach(async () => {
    network = makeNetwork();
    test = testContext({ settings: { method: 'nftables' } });
    await network.serve(port);
  });
  afterEach(() => {
    network.remove();
    test.remove();
  });

  const by = (run: string): ActionContext => ({ ...test.context, run, host: async () => network.machine });
  async function done(code: ActionCode, input: JsonObject, run = 'a'): Promise<Readonly<Record<string, Json>>> {
    const outcome = await code(input, by(run));
    assert.ok(outcome.kind === 'succeeded', JSON.stringify(outcome));
    return outcome.outputs;
  }
  const tables = () => network.on('host', 'nft', 'list', 'tables').trim();
  const { first, second, v6 } = { first: '203.0.113.7', second: '203.0.113.200', v6: '2001:db8:7::7' };
  const comes = (from: string) => network.reaches(from, from === v6 ? network.host.fromStranger6 : network.host.fromStranger, port);

  it('traffic flows before, is dropped after, and flows again after the undo', async () => {
    assert.ok(comes(first));
    const made = await done(blockIp, { ip: first, duration: '1h' });
    assert.equal(made.already, false);
    assert.ok(!comes(first));
    assert.ok(comes(second), 'only what was blocked');
    const { blocked, expires } = await done(isBlocked, { ip: first });
    assert.equal(blocked, true);
    assert.equal(expires, made.expires);
    assert.match(network.on('host', 'nft', 'list', 'table', 'inet', 'runwright'), /timeout (1h|59m\d+s)/);
    assert.equal((await done(unblockIp, { rule: made.rule_id ?? '' })).unblocked, true);
    assert.ok(comes(first));
    assert.equal(tables(), '', 'nothing is left behind');
  });

  it('IPv6 and networks that overlap: each ends on its own', async () => {
    await done(blockIp, { ip: v6, duration: 'permanent' });
    const wide = await done(blockIp, { ip: '203.0.113.0/25' });
    const narrow = await done(blockIp, { ip: first, duration: 'permanent' });
    await done(blockIp, { ip: '203.0.113.0/28' });
    assert.equal(narrow.already, true);
    assert.ok(!comes(v6));
    assert.ok(!comes(first));
    assert.ok(comes(second));
    await done(unblockIp, { rule: wide.rule_id ?? '' });
    await done(unblockIp, { ip: '203.0.113.0/28' });
    assert.ok(!comes(first), 'it was blocked on its own as well');
    await done(unblockIp, { rule: narrow.rule_id ?? '' });
    assert.ok(comes(first));
    await done(unblockIp, { ip: v6 });
    assert.ok(comes(v6));
    assert.equal(tables(), '');
  });

  it('an undo leaves what another run and what a person blocked', async () => {
    const one = await done(blockIp, { ip: first }, 'a');
    const two = await done(blockIp, { ip: first, duration: '2h' }, 'b');
    assert.equal(two.already, true);
    assert.notEqual(one.rule_id, two.rule_id);
    await done(unblockIp, { rule: two.rule_id ?? '' }, 'b');
    assert.equal((await done(isBlocked, { ip: first })).expires, one.expires);
    network.on('host', 'nft', 'add', 'element', 'inet', 'runwright', 'v4_32', '{', second, '}');
    const theirs = await done(blockIp, { ip: second });
    assert.equal(theirs.already, true);
    await done(unblockIp, { rule: theirs.rule_id ?? '' });
    assert.ok(!comes(second));
    const { by: holders } = await done(isBlocked, { ip: second });
    assert.deepEqual(holders, [{ ip: second, expires: null, reason: null, hold: 'by-hand' }]);
  });

  it('the kernel ends a block by itself', async () => {
    await done(blockIp, { ip: first, duration: 1 });
    // As long as it takes: the next look after the second sees it gone.
    while ((await done(isBlocked, { ip: first, expect: 'any' })).blocked === true);
    assert.ok(comes(first));
    assert.equal((await done(blockIp, { ip: first })).already, false);
  });

  it('engines that block at the same time lose nothing', async () => {
    const all = Array.from({ length: 8 }, (_, index) => ({ ip: `192.0.2.${index % 4}`, run: `run-${index}` }));
    const made = await Promise.all(all.map(({ ip, run }) => done(blockIp, { ip }, run)));
    for (const { ip } of all) {
      const { by: holders } = await done(isBlocked, { ip });
      assert.equal(Array.isArray(holders) && holders.length, 2);
    }
    await Promise.all(made.map(({ rule_id }, index) => done(unblockIp, { rule: rule_id ?? '' }, `run-${index}`)));
    assert.equal(tables(), '');
  });

  it('keeps more holds than an element has room for, and lifts all of them for a person', async () => {
    const rules: Json[] = [];
    for (let index = 0; index < 9; index++)
      rules.push((await done(blockIp, { ip: first, duration: 3600 + 60 * index }, `run-${index}`)).rule_id ?? '');
    for (const [index, rule] of rules.entries()) await done(unblockIp, { rule }, `run-${index}`);
    assert.equal((await done(isBlocked, { ip: first })).blocked, true, 'those without a name of their own stay until they end');
    await done(unblockIp, { ip: first });
    assert.ok(comes(first));
  });

  it('a dry run changes nothing', async () => {
    assert.equal((await done(blockIp, { ip: first, check: true })).already, false);
    assert.equal((await done(unblockIp, { ip: first, check: true })).unblocked, false);
    assert.equal(tables(), '');
  });

  it('does not cut off the connection that it came by', async () => {
    const machine = {
      ...network.machine,
      run: (script: string, options = {}) => network.machine.run(`SSH_CONNECTION='${first} 5000 x 22'; ${script}`, options),
    };
    const outcome = await blockIp({ ip: '203.0.113.0/24' }, { ...by('a'), host: async () => machine });
    assert.ok(outcome.kind === 'failed' && outcome.error.code === 'address-never', JSON.stringify(outcome));
    assert.equal(tables(), '');
  });

  it('says when there is no nft, and when the account may not use it', async () => {
    const on = (prefix: string) => ({
      ...network.machine,
      run: (_: string, options = {}) => network.machine.run(`${prefix}\n${_}`, options),
    });
    const code = async (prefix: string) => {
      const outcome = await blockIp({ ip: first }, { ...by('a'), host: async () => on(prefix) });
      assert.ok(outcome.kind === 'failed');
      assert.match(outcome.error.remedy, /method: list/);
      return outcome.error.code;
    };
    assert.equal(await code('command() { return 1; }'), 'nft-missing');
    assert.equal(await code('id() { echo 1000; }; sudo() { return 1; }'), 'nft-permission');
  });
});
