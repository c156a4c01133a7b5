import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { isolateHost } from '../../actions/security/isolate_host/isolate-host.ts';
import { releaseHost } from '../../actions/security/release_host/release-host.ts';
import { type TestContext, testContext } from '../../actions/testing/context.ts';
import type { ActionCode, ActionContext } from '../../engine/connectors/action.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { makeNetwork, type Network, noNamespaces } from './support/namespaces.ts';
import { type Home, makeHome, type Sshd, startSshd } from './support/sshd.ts';

describe('isolating a host by nftables', function () {
  // Some wait for the host's own timer.
  this.timeout(90_000);
  const port = 8080;
  let network: Network;
  let home: Home;
  let server: Sshd;
  let test: TestContext;
  /** Hears each line that an action logs. */
  let heard: (line: string) => void = () => {};
  before(function () {
    const why = noNamespaces();
    if (why !== undefined) {
      console.log(`      left out: ${why}`);
      this.skip();
    }
  });
  beforeEach(async () => {
    network = makeNetwork();
    home = makeHome();
    server = await startSshd(home, { address: network.host.fromUs, start: network.start });
    home.trust(server);
    await network.serve(port);
    heard = () => {};
    test = testContext({ connection: connection(), environment: environment(), heard: (line) => heard(line) });
  });
  afterEach(async () => {
    test.remove();
    await server.stop();
    network.remove();
    home.remove();
  });

  const connection = (): JsonObject => ({
    type: 'ssh',
    host: network.host.fromUs,
    port: server.port,
    user: server.user,
    key: home.privateKey,
  });
  const environment = () => ({ HOME: home.folder, PATH: process.env.PATH ?? '' });
  const by = (run: string): ActionContext => ({ ...test.context, run });
  async function done(
    code: ActionCode,
    input: JsonObject = {},
    context: ActionContext = test.context,
  ): Promise<Readonly<Record<string, Json>>> {
    const outcome = await code(input, context);
    assert.ok(outcome.kind === 'succeeded', JSON.stringify([outcome, test.lines]));
    return outcome.outputs;
  }
  async function refused(code: ActionCode, input: JsonObject = {}, context: ActionContext = test.context) {
    const outcome = await code(input, context);
    assert.ok(outcome.kind === 'failed', JSON.stringify([outcome, test.lines]));
    return outcome.error;
  }
  const comes = () => network.reaches(network.stranger.first, network.host.fromStranger, port);
  const comes6 = () => network.reaches(network.stranger.v6, network.host.fromStranger6, port);
  const tables = () => network.on('host', 'nft', 'list', 'tables').trim();
  /** The kernel's timer, however long it takes. */
  const untilOpen = () => {
    while (!comes());
  };
  async function managed(): Promise<boolean> {
    const fresh = testContext({ connection: connection(), environment: environment() });
    try {
      return (await (await fresh.context.host()).run('echo here')).stdout === 'here\n';
    } finally {
      fresh.remove();
    }
  }

  it('nothing reaches it but those who manage it, until it is released', async () => {
    assert.ok(comes() && comes6());
    const made = await done(isolateHost, { duration: '1h', host: network.host.fromUs });
    assert.deepEqual([made.method, made.already, made.open], ['nftables', false, [network.ours]]);
    assert.ok(!comes() && !comes6());
    assert.ok(await managed());
    assert.match(network.on('host', 'nft', 'list', 'set', 'inet', 'runwright_isolation', 'active'), /ipv4 timeout (1h|59m)/);
    const released = await done(releaseHost, { rule: made.rule_id ?? '', host: made.host ?? '' });
    assert.deepEqual([released.released, released.still], [true, []]);
    assert.ok(comes() && comes6());
    assert.equal(tables(), '', 'nothing is left behind');
    assert.equal((await done(releaseHost)).released, false);
  });

  it('nothing leaves it, not even from the port of its SSH server to those who manage it', async () => {
    const listener: Server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => listener.listen(0, network.ours, resolve));
    const address = listener.address();
    const target = typeof address === 'object' && address ? address.port : 0;
    const leaves = (from: number) => {
      const probe = `const s = require('node:net').connect({ host: '${network.ours}', port: ${target}, localPort: ${from} });
        s.once('connect', () => { console.log('out'); process.exit() }); s.once('error', (e) => { console.log(e.code); process.exit() }); setTimeout(() => { console.log('silent'); process.exit() }, 1500)`;
      return network.on('host', process.execPath, '-e', probe).trim();
    };
    try {
      assert.equal(leaves(0), 'out');
      await done(isolateHost);
      assert.equal(leaves(0), 'silent');
      assert.equal(leaves(22), 'silent');
    } finally {
      listener.close();
    }
  });

  it('an undo leaves what another run isolated, in whichever order', async () => {
    const one = await done(isolateHost, {}, by('a'));
    const two = await done(isolateHost, { duration: '2h' }, by('b'));
    assert.deepEqual([one.already, two.already], [false, true]);
    const first = await done(releaseHost, { rule: one.rule_id ?? '' }, by('a'));
    assert.deepEqual([first.released, Array.isArray(first.still) && first.still.length], [true, 1]);
    assert.ok(!comes());
    assert.ok(await managed());
    await done(releaseHost, { rule: two.rule_id ?? '' }, by('b'));
    assert.ok(comes());
  });

  it('a host that stops answering in the middle opens itself, and the error says so', async () => {
    heard = (line) => {
      if (line.startsWith('isolated;')) network.cable('down');
    };
    const error = await refused(isolateHost, { confirm: '5s' });
    assert.equal(error.code, 'isolation-unconfirmed');
    assert.match(error.message, /it opens itself again by \d{4}-/);
    untilOpen();
    network.cable('up');
    assert.ok(await managed());
    heard = () => {};
    await done(isolateHost);
    assert.ok(!comes(), 'what was left there is no obstacle');
  });

  it('an engine that dies in the middle leaves no host cut off', async () => {
    const root = join(import.meta.dirname, '../..');
    const program = `
      import { isolateHost } from ${JSON.stringify(join(root, 'actions/security/isolate_host/isolate-host.ts'))};
      import { testContext } from ${JSON.stringify(join(root, 'actions/testing/context.ts'))};
      const heard = (line) => line.startsWith('isolated;') && process.kill(process.pid, 'SIGKILL');
      const { connection, environment } = JSON.parse(process.env.GIVEN);
      await isolateHost({ confirm: '5s' }, testContext({ connection, environment, heard }).context);
    `;
    const env = { ...process.env, GIVEN: JSON.stringify({ connection: connection(), environment: environment() }) };
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env, stdio: 'inherit' });
    const signal = await new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
    assert.equal(signal, 'SIGKILL');
    assert.ok(network.on('host', 'nft', 'list', 'set', 'inet', 'runwright_isolation', 'active').includes('ipv4'));
    untilOpen();
    assert.ok(await managed());
  });

  it('a cancel in the middle takes it back', async () => {
    heard = (line) => {
      if (line.startsWith('isolated;')) test.abort();
    };
    assert.equal((await isolateHost({}, test.context)).kind, 'cancelled');
    assert.ok(comes());
    assert.equal(tables(), '');
  });

  it('an address under management stays open too, and only on its ports', async () => {
    const { first } = network.stranger;
    const settings = { management: { addresses: [`${first}/32`], ports: [port] } };
    const context = { ...test.context, settings };
    await done(isolateHost, {}, context);
    assert.ok(comes());
    assert.ok(!network.reaches(network.stranger.second, network.host.fromStranger, port));
    await network.serve(port + 1);
    assert.ok(!network.reaches(first, network.host.fromStranger, port + 1));
  });

  it('this machine too, where somebody keeps a way in', async () => {
    const { connection: _, ...here } = test.context;
    const { v6, second } = network.stranger;
    const settings = { method: 'nftables', management: { addresses: [v6], ports: [port] }, dhcp: false };
    const local = { ...here, settings, host: async () => network.machine };
    const made = await done(isolateHost, { host: 'localhost', duration: '1h' }, local);
    assert.deepEqual([made.host, made.open], ['localhost', [v6]]);
    assert.ok(comes6());
    assert.ok(!network.reaches(second, network.host.fromStranger, port));
    await done(releaseHost, { rule: made.rule_id ?? '' }, local);
    assert.ok(comes());
  });

  it('a dry run changes nothing and says who would come through', async () => {
    const made = await done(isolateHost, { check: true });
    assert.deepEqual([made.open, made.already], [[network.ours], false]);
    assert.equal((await done(releaseHost, { check: true })).released, false);
    assert.equal(tables(), '');
  });

  it('refuses another host than the target, and to cut off this machine with no way back in', async () => {
    assert.equal((await refused(isolateHost, { host: 'web-2' })).code, 'isolation-host');
    assert.equal((await refused(releaseHost, { rule: 'nftables:web-2#x' })).code, 'isolation-host');
    const { connection: _, ...here } = test.context;
    const local = { ...here, host: async () => network.machine };
    assert.equal((await refused(isolateHost, { method: 'nftables' }, local)).code, 'isolation-management');
    assert.equal(tables(), '');
  });

  it('without nft or the right to it nothing is touched', async () => {
    const machine = await test.context.host();
    const without = (prefix: string) => ({
      ...test.context,
      host: async () => ({ ...machine, run: (script: string, options = {}) => machine.run(`${prefix}\n${script}`, options) }),
    });
    const missing = await refused(isolateHost, {}, without('command() { return 1; }'));
    assert.equal(missing.code, 'nft-missing');
    assert.match(missing.remedy, /method: list/);
    assert.equal((await refused(isolateHost, {}, without('id() { echo 1000; }; sudo() { return 1; }'))).code, 'nft-permission');
  });
});
