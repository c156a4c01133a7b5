import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { notifyAnalysts } from '../../actions/notify/analysts/analysts.ts';
import { type TestContext, testContext } from '../../actions/testing/context.ts';
import type { JsonObject } from '../../runbook/core/json.ts';
import { type Certificates, makeCertificates } from './support/certificates.ts';

const password = 'correct-horse-battery';

describe('a mail to the analysts', () => {
  let folder = '';
  let certificates: Certificates;
  let server: SMTPServer | undefined;
  let port = 0;
  let mails: {
    readonly from: string;
    readonly to: readonly string[];
    readonly text: string;
    readonly secure: boolean;
    readonly user: unknown;
  }[];
  let test: TestContext | undefined;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-mail-'));
    certificates = makeCertificates(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(async () => {
    test?.remove();
    await new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()));
    server = undefined;
  });

  async function start(options: SMTPServerOptions = {}): Promise<void> {
    mails = [];
    server = new SMTPServer({
      key: readFileSync(certificates.key),
      cert: readFileSync(certificates.cert),
      closeTimeout: 100,
      authMethods: ['PLAIN', 'LOGIN'],
      onAuth: (auth, _session, answer) =>
        auth.username === 'runwright' && auth.password === password ? answer(null, { user: auth.username }) : answer(new Error('no')),
      onRcptTo: ({ address }, _session, answer) =>
        address.startsWith('gone') ? answer(Object.assign(new Error('no such user'), { responseCode: 550 })) : answer(),
      onData(stream, session, answer) {
        let text = '';
        stream.on('data', (chunk) => {
          text += chunk;
        });
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          mails.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text,
            secure: session.secure,
            user: session.user,
          });
          answer();
        });
      },
      ...options,
    });
    server.on('error', () => {});
    const listening = server.listen(0, '127.0.0.1');
    await new Promise((resolve) => listening.once('listening', resolve));
    port = (listening.address() as AddressInfo).port;
  }
  const channel = (more: JsonObject = {}): JsonObject => ({
    type: 'smtp',
    host: 'localhost',
    port,
    user: 'runwright',
    password,
    from: 'Runwright <runwright@example.net>',
    to: ['ann@example.net', 'bob@example.net', 'cy@example.net'],
    ca: certificates.caText,
    ...more,
  });
  async function tell(mail: JsonObject, input: JsonObject = {}) {
    test = testContext({ settings: { mail }, secrets: [password] });
    const outcome = await notifyAnalysts(
      { text: 'Blocked 203.0.113.7', title: 'Address blocked', severity: 'high', ...input },
      test.context,
    );
    assert.ok(!(JSON.stringify(outcome) + test.lines.join('\n')).includes(password));
    return outcome;
  }
  const why = async (mail: JsonObject, input: JsonObject = {}) => {
    const outcome = await tell(mail, input);
    assert.ok(outcome.kind === 'failed', JSON.stringify(outcome));
    return `${outcome.error.class}: ${outcome.error.message}`;
  };

  for (const security of ['starttls', 'tls'] as const)
    it(`arrives over ${security} with user and password, at every recipient`, async () => {
      await start({ secure: security === 'tls' });
      const outcome = await tell(channel({ security }));
      assert.ok(outcome.kind === 'succeeded', JSON.stringify(outcome));
      assert.equal(outcome.outputs.notified, 3);
      const [mail] = mails;
      assert.deepEqual([mail?.secure, mail?.user, mail?.from, mail?.to.length], [true, 'runwright', 'runwright@example.net', 3]);
      assert.match(mail?.text ?? '', /^Subject: \[high\] Address blocked\r$/m);
      assert.match(mail?.text ?? '', /^X-Priority: 1/m);
      assert.match(mail?.text ?? '', /^Blocked 203\.0\.113\.7\r$/m);
      assert.match(mail?.text ?? '', /^Auto-Submitted: auto-generated\r$/m);
    });

  it('a recipient that the server refuses is counted out and named a warning', async () => {
    await start();
    const outcome = await tell(channel({ to: ['ann@example.net', 'gone@example.net'] }));
    assert.ok(outcome.kind === 'succeeded');
    assert.equal(outcome.outputs.notified, 1);
    assert.match(JSON.stringify(outcome.outputs.results), /refused 1 of 2 recipients/);
    assert.match(await why(channel({ to: 'gone@example.net' })), /^invalid-input: .*refuses the sender or all recipients \(550\)/);
  });

  it('text from outside adds no header and no recipient', async () => {
    await start();
    await tell(channel(), { title: 'x\r\nBcc: eve@example.net', text: 'a\r\n.\r\nRCPT TO:<eve@example.net>\r\nb' });
    assert.equal(mails.length, 1);
    assert.deepEqual(mails[0]?.to.includes('eve@example.net'), false);
    assert.ok(!/^Bcc:/im.test(mails[0]?.text ?? ''));
  });

  it('says what is wrong: password, TLS, certificate, silence, nobody', async () => {
    await start();
    assert.match(await why(channel({ password: 'wrong-password' })), /^auth: .*does not accept user and password \(535\)/);
    const { ca: _, ...unknown } = channel();
    assert.match(await why(unknown), /^auth: .*certificate/);
    assert.match(await why(channel({ security: 'tls' })), /^(auth|network): /);
    await new Promise<void>((resolve) => server?.close(resolve));
    assert.match(await why(channel()), /^network: .*nothing listens there/);
    await start({ disabledCommands: ['STARTTLS'] });
    assert.match(await why(channel()), /^auth: .*TLS/);
    assert.equal(mails.length, 0, 'nothing goes over a connection that should have been encrypted');
  });

  it('a cancel does not wait for a server that says nothing', async () => {
    const silent: Server = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    port = (silent.address() as AddressInfo).port;
    silent.once('connection', () => test?.abort());
    const outcome = await tell(channel({ host: '127.0.0.1' }));
    assert.equal(outcome.kind, 'cancelled');
    await new Promise((resolve) => silent.close(resolve));
  });
});
