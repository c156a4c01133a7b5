import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { type Certificates, makeCertificates } from './support/certificates.ts';
import { remove, temporary } from './support/server.ts';
import { problemIn, runAction } from './support/sql.ts';

const request = new URL('../../actions/http/request/request.ts', import.meta.url).href;

describe('http/request over TLS', function () {
  this.timeout(30_000);
  const folder = temporary('https');
  let certificates: Certificates;
  const servers: ReturnType<typeof createServer>[] = [];
  before(() => {
    certificates = makeCertificates(folder);
  });
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  after(() => remove(folder));

  const serve = async (): Promise<number> => {
    const server = createServer({ key: readFileSync(certificates.key), cert: readFileSync(certificates.cert) }, (asked, response) => {
      if (asked.url === '/busy') response.writeHead(503, { 'retry-after': '7' }).end();
      else response.end(`hello ${asked.headers.authorization}`);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  /** In a process that trusts the test's authority, as the remedy of a refusal says. */
  const trusting = async (input: object, connection?: object) => {
    const code = `import { httpRequest } from ${JSON.stringify(request)};
      const outcome = await httpRequest(${JSON.stringify(input)}, { signal: new AbortController().signal, environment: {}, scratch: '/', log() {}, connection: ${JSON.stringify(connection ?? null)} ?? undefined });
      console.log(JSON.stringify(outcome));`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificates.ca };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { env });
    return JSON.parse(stdout);
  };

  it('reaches a server whose authority is known, and sends a target its credentials', async () => {
    const url = `https://localhost:${await serve()}`;
    const answer = await trusting({ url: '/x' }, { type: 'http', url, auth: { token: 'abc' } });
    assert.equal(answer.kind, 'succeeded', JSON.stringify(answer));
    assert.equal(answer.outputs.body, 'hello Bearer abc');
  });

  it('obeys how long a server asks to wait', async () => {
    const answer = await trusting({ url: `https://localhost:${await serve()}/busy` });
    assert.equal(answer.error.class, 'server-error');
    assert.equal(answer.retryAfter, 7000);
  });

  it('refuses an unknown authority and another host, before anything is sent', async () => {
    const port = await serve();
    const unknown = problemIn(await runAction('http/request', undefined, { url: `https://localhost:${port}` }));
    assert.match(unknown.message, /unknown authority/);
    assert.equal(unknown.class, 'auth');
    assert.match(unknown.remedy, /NODE_EXTRA_CA_CERTS/);
    const other = await trusting({ url: `https://127.0.0.1:${port}` });
    assert.match(other.error.message, /certificate is for another host/);
  });
});
