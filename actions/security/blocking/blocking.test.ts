import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ActionCode, ActionContext } from '../../../engine/connectors/action.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { type TestContext, type TestContextOptions, testContext } from '../../testing/context.ts';
import { blockIp } from '../block_ip/block-ip.ts';
import { isBlocked } from '../is_blocked/is-blocked.ts';
import { unblockIp } from '../unblock_ip/unblock-ip.ts';

let test: TestContext;
const open = (options: TestContextOptions = {}) => {
  test = testContext(options);
};

const by = (run: string): ActionContext => ({ ...test.context, run });
async function done(code: ActionCode, input: JsonObject, context: ActionContext = test.context): Promise<Readonly<Record<string, Json>>> {
  const outcome = await code(input, context);
  assert.ok(outcome.kind === 'succeeded', JSON.stringify(outcome));
  return outcome.outputs;
}
async function refused(code: ActionCode, input: JsonObject, context: ActionContext = test.context): Promise<string> {
  const outcome = await code(input, context);
  assert.ok(outcome.kind === 'failed', JSON.stringify(outcome));
  assert.ok(!/\{\w+\}/.test(outcome.error.message + outcome.error.remedy), outcome.error.message);
  return outcome.error.code;
}

describe('blocking by a list', () => {
  afterEach(() => test.remove());
  const lines = () =>
    readFileSync(join(test.context.workspace, 'lists', 'blocked.txt'), 'utf8')
      .split('\n')
      .slice(0, -1);

  it('blocks for a while, says so, and its undo leaves nothing', async () => {
    open();
    const before = Date.now();
    const made = await done(blockIp, { ip: '203.0.113.7', duration: '24h', reason: 'test' });
    assert.deepEqual([made.rule_id, made.ip, made.method, made.already], ['list:203.0.113.7#run-1/step-1', '203.0.113.7', 'list', false]);
    const left = Date.parse(String(made.expires)) - before;
    assert.ok(left >= 86_400_000 && left < 86_460_000, String(left));
    assert.deepEqual(lines(), ['203.0.113.7']);
    const asked = await done(isBlocked, { ip: '203.0.113.7' });
    assert.deepEqual(asked.by, [{ ip: '203.0.113.7', expires: made.expires ?? null, reason: 'test', hold: 'run-1/step-1' }]);
    assert.deepEqual(await done(unblockIp, { rule: made.rule_id ?? null }), {
      ip: '203.0.113.7',
      method: 'list',
      unblocked: true,
      still: [],
    });
    assert.deepEqual(lines(), []);
    assert.equal((await done(unblockIp, { rule: made.rule_id ?? null })).unblocked, false);
  });

  it('a step that is repeated holds once', async () => {
    open();
    const first = await done(blockIp, { ip: '203.0.113.7' });
    const second = await done(blockIp, { ip: '203.0.113.7' });
    assert.deepEqual([second.rule_id, second.already], [first.rule_id, false]);
    await done(unblockIp, { rule: first.rule_id ?? null });
    assert.deepEqual(lines(), []);
  });

  for (const order of [
    ['a', 'b'],
    ['b', 'a'],
  ])
    it(`an undo takes back its own block alone (${order.join(' before ')})`, async () => {
      open();
      const rules = new Map<string, string>();
      for (const run of ['a', 'b']) {
        const { rule_id, already } = await done(blockIp, { ip: '203.0.113.7', duration: 'permanent' }, by(run));
        rules.set(run, String(rule_id));
        assert.equal(already, run === 'b');
      }
      const [first = '', second = ''] = order;
      const lifted = await done(unblockIp, { rule: rules.get(first) ?? '' });
      assert.deepEqual([lifted.unblocked, lifted.still], [true, [`203.0.113.7 (${second}/step-1)`]]);
      assert.deepEqual(lines(), ['203.0.113.7']);
      await done(unblockIp, { rule: rules.get(second) ?? '' });
      assert.deepEqual(lines(), []);
    });

  it('a person who names the address lifts all of it', async () => {
    open();
    await done(blockIp, { ip: '2001:db8::7' }, by('a'));
    await done(blockIp, { ip: '2001:DB8:0::7', duration: 'permanent' }, by('b'));
    assert.equal((await done(unblockIp, { ip: '2001:db8::7' })).unblocked, true);
    assert.deepEqual(lines(), []);
    assert.equal((await done(unblockIp, { ip: '2001:db8::7' })).unblocked, false);
  });

  it('knows networks: what is part of one is blocked and cannot be freed alone', async () => {
    open();
    await done(blockIp, { ip: '203.0.113.99/24', duration: 86_400 });
    assert.equal((await done(isBlocked, { ip: '203.0.113.7' })).blocked, true);
    assert.equal((await done(blockIp, { ip: '203.0.113.7' }, by('b'))).already, true);
    assert.deepEqual(lines(), ['203.0.113.0/24']);
    assert.equal(await refused(unblockIp, { ip: '203.0.113.7' }), 'address-covered');
    assert.equal(await refused(isBlocked, { ip: '203.0.112.0/23' }), 'address-state');
    assert.equal((await done(isBlocked, { ip: '203.0.112.0/23', expect: 'free' })).blocked, false);
    assert.equal((await done(unblockIp, { ip: '203.0.113.0/24' })).unblocked, true);
    assert.deepEqual(lines(), []);
  });

  it('reads durations as people write them', async () => {
    open();
    const seconds = async (duration: Json) => {
      const { expires } = await done(blockIp, { ip: '203.0.113.7', duration });
      return expires === null ? null : Math.floor((Date.parse(String(expires)) - Date.now()) / 1000);
    };
    for (const [given, expected] of [
      ['1h30m', 5400],
      [86_400, 86_400],
      ['86400', 86_400],
      ['P1D', 86_400],
    ] as const) {
      const left = (await seconds(given)) ?? 0;
      assert.ok(left <= expected + 1 && left > expected - 60, `${given}: ${left}`);
    }
    assert.equal(await seconds('permanent'), null);
    for (const wrong of ['0s', '0', 'soon', '24 hours', '-1h', '99999999999999'])
      assert.equal(await refused(blockIp, { ip: '203.0.113.7', duration: wrong }), 'action-input');
  });

  it('refuses what must never be blocked', async () => {
    open({ settings: { never: ['192.0.2.0/28', '2001:db8:1::/48'] } });
    for (const ip of [
      '127.0.0.1',
      '0.0.0.0',
      '0.0.0.0/0',
      '::',
      '::1',
      '::/0',
      '255.255.255.255',
      '224.0.0.1',
      'ff02::1',
      '126.0.0.0/7',
      '::ffff:127.0.0.1',
      '192.0.2.3',
      '192.0.2.0/24',
      '2001:db8:1::7',
      '11.0.0.0/7',
      '2002::/15',
    ])
      assert.equal(await refused(blockIp, { ip }), 'address-never', ip);
    for (const ip of ['', 'web-1', '1.2.3', '1.2.3.4; rm -rf /', '1.2.3.4/99'])
      assert.equal(await refused(blockIp, { ip }), 'address-wrong', ip);
    assert.deepEqual(readdirSync(test.context.workspace), []);
  });

  it('a dry run says what would be and leaves no trace', async () => {
    open();
    const made = await done(blockIp, { ip: '203.0.113.7', check: true });
    assert.equal(made.already, false);
    await done(unblockIp, { ip: '203.0.113.7', check: true });
    await done(isBlocked, { ip: '203.0.113.7', check: true });
    assert.deepEqual(readdirSync(test.context.workspace), []);
    await done(blockIp, { ip: '203.0.113.7' });
    assert.equal((await done(unblockIp, { ip: '203.0.113.7', check: true })).unblocked, true);
    assert.deepEqual(lines(), ['203.0.113.7']);
  });

  it('names what is wrong with a rule and with the settings', async () => {
    open();
    assert.equal(await refused(unblockIp, {}), 'action-input');
    for (const rule of ['list:203.0.113.7', 'list:#x', 'list:203.0.113.7#']) assert.equal(await refused(unblockIp, { rule }), 'rule-wrong');
    assert.equal(await refused(unblockIp, { rule: 'list:203.0.113.7#r/s', ip: '203.0.113.8' }), 'rule-wrong');
    assert.equal(await refused(unblockIp, { rule: 'list:203.0.113.7#r/s', method: 'api' }), 'rule-wrong');
    const broken: readonly JsonObject[] = [{ nevr: [] }, { never: 'x' }, { never: ['x'] }, { method: 'magic' }, { api: {} }, { list: 7 }];
    for (const settings of broken) {
      test.remove();
      open({ settings });
      assert.equal(await refused(blockIp, { ip: '203.0.113.7' }), 'security-settings', JSON.stringify(settings));
    }
    assert.equal(await refused(blockIp, { ip: '203.0.113.7', method: 'api' }), 'security-settings');
  });

  it('a list that cannot be written is an error that names it', async () => {
    open({ settings: { list: '/dev/null/blocked.txt' } });
    assert.equal(await refused(blockIp, { ip: '203.0.113.7' }), 'list-failed');
  });

  it('is stopped by a cancel before it writes', async () => {
    open();
    test.abort();
    assert.equal((await blockIp({ ip: '203.0.113.7' }, test.context)).kind, 'cancelled');
    assert.ok(!existsSync(join(test.context.workspace, 'lists', 'blocked.txt')));
  });
});

describe('blocking by a service', () => {
  let server: Server;
  let port = 0;
  let rules: Map<string, string>;
  let asked: { method: string; url: string; token: unknown; body: string }[];
  let broken = false;
  beforeEach(async () => {
    rules = new Map();
    asked = [];
    broken = false;
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { method = '', url = '' } = request;
      asked.push({ method, url, token: request.headers['x-token'], body });
      response.setHeader('content-type', 'application/json');
      const id = decodeURIComponent(url.split('/').at(-1) ?? '');
      if (broken) response.writeHead(500).end('"no"');
      else if (method === 'POST') {
        const { ip } = JSON.parse(body);
        if ([...rules.values()].includes(ip)) response.writeHead(409).end('{}');
        else {
          rules.set(`r${rules.size + 1}`, ip);
          response.writeHead(201).end(JSON.stringify({ data: [{ id: rules.size }] }).replace(/(\d+)/, '"r$1"'));
        }
      } else if (method === 'DELETE') response.writeHead(rules.delete(id) ? 204 : 404).end();
      else response.writeHead([...rules.values()].includes(id) ? 200 : 404).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    const base = `http://127.0.0.1:${port}/rules`;
    const headers = { 'X-Token': 'top-secret-token' };
    open({
      secrets: ['top-secret-token'],
      settings: {
        method: 'api',
        api: {
          block: { url: base, method: 'POST', headers, json: { ip: '{ip}', ttl: '{seconds}', note: '{reason} by {run}' } },
          unblock: { url: `${base}/{id}`, method: 'DELETE', headers },
          look: { url: `${base}/{ip}`, headers },
          id: 'data.0.id',
        },
      },
    });
  });
  afterEach(() => {
    test.remove();
    server.closeAllConnections();
    server.close();
  });

  it('asks as the settings say, and undoes by the id that the service gave', async () => {
    const made = await done(blockIp, { ip: '203.0.113.0/24', duration: '1h', reason: '"}, {"x": "y' });
    assert.deepEqual([made.rule_id, made.already], ['api:203.0.113.0/24#id=r1', false]);
    const post = asked.find(({ method }) => method === 'POST');
    assert.equal(post?.token, 'top-secret-token');
    const sent = JSON.parse(post?.body ?? '');
    assert.deepEqual([sent.ip, sent.note], ['203.0.113.0/24', '"}, {"x": "y by run-1']);
    assert.equal((await done(isBlocked, { ip: '203.0.113.0/24' })).blocked, true);
    assert.ok(asked.some(({ url }) => url === '/rules/203.0.113.0%2F24'));
    assert.equal((await done(unblockIp, { rule: made.rule_id ?? '' })).unblocked, true);
    assert.equal(rules.size, 0);
    assert.equal((await done(unblockIp, { rule: made.rule_id ?? '' })).unblocked, false);
  });

  it('does not lift what the service had before', async () => {
    rules.set('theirs', '203.0.113.7');
    const made = await done(blockIp, { ip: '203.0.113.7' });
    assert.equal(made.already, true);
    assert.equal((await done(unblockIp, { rule: made.rule_id ?? '' })).unblocked, false);
    assert.ok(rules.has('theirs'));
  });

  it('a dry run only looks', async () => {
    assert.equal((await done(blockIp, { ip: '203.0.113.7', check: true })).already, false);
    await done(unblockIp, { rule: 'api:203.0.113.7#id=r1', check: true });
    assert.deepEqual([...new Set(asked.map(({ method }) => method))], ['GET']);
  });

  it('a service that fails is named without what it was told in secret', async () => {
    broken = true;
    assert.equal(await refused(blockIp, { ip: '203.0.113.7' }), 'http-status');
    assert.ok(!test.lines.join('\n').includes('top-secret'));
  });
});
