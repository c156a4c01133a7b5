import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { type TestContext, testContext } from '../../testing/context.ts';
import { notifyAnalysts } from './analysts.ts';
import { bodies } from './bodies.ts';
import { sendHook } from './hook.ts';
import { cut, type Message, titleOf } from './message.ts';

const message: Message = {
  title: 'Address blocked',
  text: 'Blocked 203.0.113.7 <!channel> @all [x](http://example.net) *b*\n- one\nsecond & last',
  severity: 'high',
  run: 'run-1',
  step: 'tell',
  time: '2026-11-21T00:00:00.000Z',
};

describe('a message as the services take it', () => {
  it('for Slack: plain text in blocks, and nothing that mentions everybody in the fallback', () => {
    const body = Object(bodies.slack(message));
    assert.equal(body.blocks[0].text.text, 'Address blocked');
    assert.deepEqual(body.blocks[1], { type: 'section', text: { type: 'plain_text', text: message.text, emoji: false } });
    assert.ok(!/<|>/.test(body.text), body.text);
    const long = Object(bodies.slack({ ...message, text: `${'a'.repeat(2899)}😀${'b'.repeat(17_000)}` }));
    const sections = long.blocks.filter(({ type }: { type: string }) => type === 'section');
    assert.ok(long.blocks.length <= 50 && sections.every((block: { text: { text: string } }) => block.text.text.length <= 3000));
    assert.ok(sections.every((block: { text: { text: string } }) => block.text.text.isWellFormed()));
  });

  it('for Teams: a card of text runs, small enough for it', () => {
    const card = Object(bodies.teams(message)).attachments[0];
    assert.equal(card.contentType, 'application/vnd.microsoft.card.adaptive');
    assert.deepEqual(
      card.content.body.map(({ inlines }: { inlines: { text: string }[] }) => inlines[0]?.text),
      ['Address blocked', ...message.text.split('\n'), 'Severity high · run run-1 · step tell'],
    );
    assert.ok(JSON.stringify(bodies.teams({ ...message, text: '漢'.repeat(20_000) })).length < 28 * 1024);
    assert.ok(Buffer.byteLength(JSON.stringify(bodies.teams({ ...message, text: 'a\n'.repeat(10_000) }))) < 28 * 1024);
  });

  it('for Mattermost: no mention, no link, no formatting', () => {
    const { text, priority } = Object(bodies.mattermost(message));
    assert.ok(!/@all|\[x\]\(|(^|\n)- one|[^\\]\*b/.test(text), text);
    assert.deepEqual(priority, { priority: 'important' });
  });

  it('cuts between characters, and takes its title from the text', () => {
    assert.equal(cut('ab😀cd', 4), 'ab…');
    assert.equal(titleOf(undefined, '\n  First\tline \nsecond'), 'First line');
    assert.equal(titleOf('two\r\nBcc: x@example.net', ''), 'two Bcc: x@example.net');
    assert.equal(titleOf(undefined, '   '), 'Runwright');
  });
});

describe('notify/analysts', () => {
  let server: Server;
  let base = '';
  let answers: ((path: string, count: number) => { status: number; headers?: Record<string, string>; body?: string }) | undefined;
  let got: { path: string; headers: IncomingHttpHeaders; body: JsonObject }[];
  let test: TestContext | undefined;
  beforeEach(async () => {
    got = [];
    answers = undefined;
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const path = request.url ?? '';
      got.push({ path, headers: request.headers, body: JSON.parse(text) });
      const { status, headers, body } = answers?.(path, got.length) ?? { status: 200, body: 'ok' };
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    test?.remove();
  });

  async function tell(settings: Json | undefined, input: JsonObject = {}) {
    test?.remove();
    test = testContext(settings === undefined ? {} : { settings });
    const outcome = await notifyAnalysts({ text: 'Blocked 203.0.113.7', ...input }, test.context);
    const all = JSON.stringify(outcome) + test.lines.join('\n');
    assert.ok(!/hidden/.test(all), `an address is a secret: ${all}`);
    return { outcome, lines: test.lines };
  }
  const hooks = () => ({
    soc: { type: 'slack', url: `${base}/services/hidden1` },
    team: { type: 'teams', url: `${base}/hidden2?sig=hidden` },
    ops: { type: 'mattermost', url: `${base}/hooks/hidden3` },
    siem: { type: 'webhook', url: `${base}/hidden4`, headers: { 'X-Token': 'hidden5' } },
  });

  it('tells all channels, or those that are named', async () => {
    const { outcome } = await tell(hooks(), { severity: 'critical', title: 'Look' });
    assert.ok(outcome.kind === 'succeeded');
    assert.equal(outcome.outputs.notified, 4);
    assert.deepEqual(got.map(({ path }) => path).sort(), ['/hidden2?sig=hidden', '/hidden4', '/hooks/hidden3', '/services/hidden1']);
    const generic = got.find(({ path }) => path === '/hidden4');
    assert.equal(generic?.headers['x-token'], 'hidden5');
    assert.deepEqual(
      { ...generic?.body, time: '' },
      { title: 'Look', text: 'Blocked 203.0.113.7', severity: 'critical', run: 'run-1', step: 'step-1', time: '' },
    );
    got.length = 0;
    await tell(hooks(), { channels: ['soc'] });
    assert.deepEqual(
      got.map(({ path }) => path),
      ['/services/hidden1'],
    );
  });

  it('hands a message for VS Code over in its outputs', async () => {
    const { outcome } = await tell({ editor: { type: 'vscode' } }, { title: 'Look', severity: 'high' });
    assert.ok(outcome.kind === 'succeeded');
    assert.deepEqual(outcome.outputs, {
      notified: 1,
      results: [{ channel: 'editor', type: 'vscode', ok: true, notified: 1, title: 'Look', text: 'Blocked 203.0.113.7', severity: 'high' }],
    });
  });

  it('one that fails is a warning; with `require: all` the step fails and says which', async () => {
    answers = (path) => (path.includes('hidden1') ? { status: 404, body: 'no_service' } : { status: 202 });
    const { outcome, lines } = await tell(hooks());
    assert.ok(outcome.kind === 'succeeded');
    assert.equal(outcome.outputs.notified, 3);
    const [soc] = outcome.outputs.results as Json[];
    assert.deepEqual(soc, {
      channel: 'soc',
      type: 'slack',
      ok: false,
      notified: 0,
      error: 'it was answered with 404 no_service; its address may have been withdrawn',
    });
    assert.ok(lines.some((line) => line.startsWith('warning: soc (slack) was not reached')));
    const strict = await tell(hooks(), { require: 'all' });
    assert.ok(strict.outcome.kind === 'failed' && strict.outcome.error.code === 'notify-failed');
    assert.match(strict.outcome.error.message, /^1 of 4 channels were not reached, first soc \(slack\)/);
    assert.equal(strict.outcome.outputs?.notified, 3);
  });

  it('fails when none was reached, with the class of the reason', async () => {
    for (const [status, kind] of [
      [500, 'server-error'],
      [403, 'auth'],
      [302, 'invalid-input'],
    ] as const) {
      answers = () => ({ status, headers: { location: `${base}/elsewhere` }, body: 'hidden in a long answer' });
      const { outcome } = await tell(hooks());
      assert.ok(outcome.kind === 'failed' && outcome.error.class === kind, JSON.stringify(outcome));
    }
    assert.ok(!got.some(({ path }) => path === '/elsewhere'), 'a message goes to nobody else');
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const { outcome } = await tell({ soc: { type: 'slack', url: `http://127.0.0.1:${port}/hidden` } });
    assert.ok(outcome.kind === 'failed' && /nothing listens there/.test(outcome.error.message), JSON.stringify(outcome));
  });

  it('waits as long as it is asked to, once, and hands a longer wait on', async () => {
    answers = (_, count) => (count === 1 ? { status: 429, headers: { 'retry-after': '0' } } : { status: 200 });
    const { soc } = hooks();
    assert.equal((await tell({ soc })).outcome.kind, 'succeeded');
    assert.equal(got.length, 2);
    answers = () => ({ status: 429, headers: { 'retry-after': '600' } });
    const { outcome } = await tell({ soc });
    assert.ok(outcome.kind === 'failed' && outcome.error.class === 'rate-limit' && outcome.retryAfter === 600_000);
    assert.equal(got.length, 3);
  });

  it('gives up on a server that is silent', async () => {
    const silent = createTcpServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const url = new URL(`http://127.0.0.1:${port}/`);
    const { signal } = new AbortController();
    const sent = await sendHook({ name: 'a', type: 'webhook', url, headers: {} }, message, { environment: {}, signal, limit: 100 });
    assert.ok(!sent.ok && sent.class === 'timeout');
    silent.close();
  });

  it('a dry run says whom it would tell and tells nobody', async () => {
    const { outcome, lines } = await tell(
      { ...hooks(), mail: { type: 'smtp', host: 'mail.example.net', from: 'a@example.net', to: ['b@example.net', 'c@example.net'] } },
      { check: true },
    );
    assert.ok(outcome.kind === 'succeeded' && outcome.outputs.notified === 6);
    assert.ok(lines.includes('would tell mail (smtp): 2 recipients'));
    assert.equal(got.length, 0);
  });

  it('without channels, or with one that is wrong, it says what to write and sends nothing', async () => {
    const code = async (settings: Json | undefined, input: JsonObject = {}) => {
      const { outcome } = await tell(settings, input);
      assert.ok(outcome.kind === 'failed');
      return outcome.error;
    };
    const none = await code(undefined);
    assert.equal(none.code, 'channels-none');
    assert.match(none.remedy, /\.runwright\/channels\.yaml, such as `soc: \{ type: slack/);
    assert.equal((await code({})).code, 'channels-none');
    assert.match((await code(hooks(), { channels: ['soc', 'nobody'] })).remedy, /soc, team, ops, siem/);
    const mail = { type: 'smtp', host: 'mail.example.net', from: 'a@example.net', to: 'b@example.net' };
    const wrong: readonly Json[] = [
      null,
      { type: 'pager' },
      { type: 'slack' },
      { type: 'slack', url: 'hidden' },
      { type: 'slack', url: 'file:///hidden' },
      { type: 'slack', url: `${base}/hidden`, chanel: 'x' },
      { type: 'webhook', url: `${base}/hidden`, headers: { 'X-A': 'hidden\r\nX-B: c' } },
      { ...mail, to: 'b@example.net, c@example.net' },
      { ...mail, to: 'b@example.net\r\nBcc: d@example.net' },
      { ...mail, to: [] },
      { ...mail, from: 'x' },
      { ...mail, port: 'many' },
      { ...mail, user: 'a' },
      { ...mail, security: 'none', user: 'a', password: 'hidden' },
      { ...mail, security: 'some' },
    ];
    for (const channel of wrong)
      assert.equal((await code({ good: hooks().soc, bad: channel })).code, 'channel-wrong', JSON.stringify(channel));
    assert.equal(got.length, 0);
  });
});
