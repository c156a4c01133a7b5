import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Outcome } from '../../../engine/kernel/command.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { testContext } from '../../testing/context.ts';
import { httpRequest } from './request.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const open: (Server | TcpServer)[] = [];

async function listen(server: Server | TcpServer): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A real server on loopback; answers its address. */
async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, response, Buffer.concat(chunks).toString()));
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

interface Sent {
  readonly outcome: Outcome;
  readonly log: string[];
}

async function send(
  input: Record<string, Json>,
  environment: Record<string, string> = {},
  signal = new AbortController().signal,
  connection?: Readonly<Record<string, Json>>,
): Promise<Sent> {
  const { context, lines: log, remove } = testContext({ environment, signal, ...(connection === undefined ? {} : { connection }) });
  try {
    return { outcome: await httpRequest(input, context), log };
  } finally {
    remove();
  }
}

const outputs = ({ outcome }: Sent): Readonly<Record<string, Json>> => ('outputs' in outcome ? (outcome.outputs ?? {}) : {});
const error = ({ outcome }: Sent) => {
  assert.equal(outcome.kind, 'failed');
  return outcome.kind === 'failed' ? outcome.error : assert.fail();
};

describe('http/request', () => {
  afterEach(async () => {
    for (const server of open.splice(0)) {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('sends method, query, headers and JSON, and answers status, headers, body and value', async () => {
    let seen: {
      method?: string | undefined;
      url?: string | undefined;
      type?: string | undefined;
      token?: string | undefined;
      body?: string;
    } = {};
    const url = await serve((request, response, body) => {
      seen = {
        method: request.method,
        url: request.url,
        type: request.headers['content-type'],
        token: request.headers.authorization,
        body,
      };
      response.setHeader('content-type', 'application/json; charset=utf-8').end('{"id":7,"name":"é"}');
    });
    const sent = await send({
      method: 'POST',
      url: `${url}/a?x=1`,
      query: { q: 'a b&c', list: [1, true], none: null },
      headers: { Authorization: 'Bearer abc' },
      json: { title: 'Größe' },
    });
    assert.equal(sent.outcome.kind, 'succeeded');
    assert.deepEqual(seen, {
      method: 'POST',
      url: '/a?x=1&q=a+b%26c&list=1&list=true',
      type: 'application/json',
      token: 'Bearer abc',
      body: '{"title":"Größe"}',
    });
    const { headers, ...rest } = outputs(sent);
    assert.deepEqual(rest, {
      status: 200,
      body: '{"id":7,"name":"é"}',
      json: { id: 7, name: 'é' },
      url: `${url}/a?x=1&q=a+b%26c&list=1&list=true`,
    });
    assert.equal((headers as Record<string, Json>)['content-type'], 'application/json; charset=utf-8');
    assert.ok(!sent.log.join().includes('q='));
  });

  it('unpacks gzip and brotli, and reads other character sets', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/gzip') response.setHeader('content-encoding', 'gzip').end(gzipSync('packed'));
      else if (request.url === '/br') response.setHeader('content-encoding', 'br').end(brotliCompressSync('packed'));
      else response.setHeader('content-type', 'text/plain; charset=iso-8859-1').end(Buffer.from('gr\xfc\xdfe', 'latin1'));
    });
    assert.equal(outputs(await send({ url: `${url}/gzip` })).body, 'packed');
    assert.equal(outputs(await send({ url: `${url}/br` })).body, 'packed');
    assert.equal(outputs(await send({ url })).body, 'grüße');
    assert.equal((await send({ url: `${url}/gzip`, method: 'HEAD' })).outcome.kind, 'succeeded');
  });

  it('gives each status its class and a remedy', async () => {
    const url = await serve((request, response) => {
      response.statusCode = Number(request.url?.slice(1));
      response.end('the reason');
    });
    const classes: Record<number, string> = {
      400: 'invalid-input',
      401: 'auth',
      403: 'auth',
      404: 'not-found',
      408: 'timeout',
      422: 'invalid-input',
      429: 'rate-limit',
      500: 'server-error',
      503: 'server-error',
    };
    for (const [status, expected] of Object.entries(classes)) {
      const sent = await send({ url: `${url}/${status}` });
      assert.equal(error(sent).class, expected, status);
      assert.equal(error(sent).code, 'http-status');
      assert.match(error(sent).message, new RegExp(`answered with ${status}`));
      assert.equal(outputs(sent).body, 'the reason');
      assert.ok(sent.log.includes('the reason'));
    }
  });

  it('takes the statuses that are expected, and no others', async () => {
    const url = await serve((request, response) => {
      response.statusCode = Number(request.url?.slice(1));
      response.setHeader('location', '/200').end();
    });
    for (const expect of [404, '404', '4xx', '400-404', [200, '404'], ['2xx', '400-499']])
      assert.equal((await send({ url: `${url}/404`, expect })).outcome.kind, 'succeeded');
    assert.equal((await send({ url: `${url}/200`, expect: 404 })).outcome.kind, 'failed');
    assert.equal(outputs(await send({ url: `${url}/302`, expect: '3xx' })).status, 302);
  });

  it('tells how long a server asks to wait', async () => {
    const url = await serve((request, response) => {
      response.statusCode = 429;
      response
        .setHeader(
          'retry-after',
          request.url === '/date' ? new Date(Date.now() + 120_000).toUTCString() : request.url === '/bad' ? 'soon' : '7',
        )
        .end();
    });
    const wait = ({ outcome }: Sent) => (outcome.kind === 'failed' ? outcome.retryAfter : undefined);
    assert.equal(wait(await send({ url })), 7000);
    assert.equal(wait(await send({ url: `${url}/bad` })), undefined);
    const until = wait(await send({ url: `${url}/date` })) ?? 0;
    assert.ok(until > 60_000 && until <= 120_000);
  });

  it('follows redirects at one origin with the credentials, at most five', async () => {
    const url = await serve((request, response, body) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) return response.end(`${request.method} ${request.headers.authorization} ${body}`);
      response.writeHead(left === 1 ? 307 : 308, { location: `/${left - 1}` }).end();
    });
    assert.equal(
      outputs(await send({ method: 'POST', url: `${url}/5`, headers: { authorization: 'Bearer abc' }, body: 'x' })).body,
      'POST Bearer abc x',
    );
    assert.match(error(await send({ url: `${url}/6` })).message, /more than 5 times/);
  });

  it('makes a GET without a body of a POST that is seen elsewhere', async () => {
    const url = await serve((request, response, body) => {
      if (request.url === '/') response.writeHead(303, { location: '/other' }).end();
      else response.end(`${request.method} [${body}] ${request.headers['content-type']}`);
    });
    assert.equal(outputs(await send({ method: 'POST', url, json: { a: 1 } })).body, 'GET [] undefined');
  });

  it('carries no credential and no body to another origin', async () => {
    const other = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const url = await serve((request, response) =>
      response.writeHead(request.url === '/302' ? 302 : 307, { location: `${other}/there` }).end(),
    );
    const body = String(
      outputs(
        await send({
          url: `${url}/302`,
          headers: { Authorization: 'Bearer abc', Cookie: 'id=abc', 'X-Api-Key': 'abc', Host: 'first.example', Accept: 'text/plain' },
        }),
      ).body,
    );
    assert.ok(!body.includes('abc') && !body.includes('first.example') && body.includes('text/plain'), body);
    const refused = await send({ method: 'POST', url: `${url}/307`, json: { password: 'abc' } });
    assert.match(error(refused).message, /body is not sent along/);
  });

  it('refuses redirects to anything but the web', async () => {
    const url = await serve((request, response) =>
      response.writeHead(302, { location: request.url === '/file' ? 'file:///etc/passwd' : 'http://user:pass@127.0.0.1/' }).end(),
    );
    assert.match(error(await send({ url: `${url}/file` })).message, /not file:/);
    assert.match(error(await send({ url: `${url}/user` })).message, /user name or password/);
  });

  it('stops at 10 MiB of an endless, a long or a densely packed body', async () => {
    const block = Buffer.alloc(1024 * 1024, 'x');
    let sentBytes = 0;
    const url = await serve((request, response) => {
      if (request.url === '/packed') return response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50 * 1024 * 1024)));
      response.setHeader('content-length', String(2 * 1024 ** 3));
      const more = () => {
        while (!response.destroyed && response.write(block)) sentBytes += block.length;
        sentBytes += block.length;
      };
      response.on('drain', more);
      more();
    });
    assert.equal(error(await send({ url })).code, 'output-too-large');
    assert.ok(sentBytes < 200 * 1024 * 1024, String(sentBytes));
    assert.equal(error(await send({ url: `${url}/packed` })).code, 'output-too-large');
  });

  it('ends at its time limit: no answer, a body that stops, a silent port', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/body') response.writeHead(200, { 'content-length': '100' }).write('half');
    });
    const silent = `http://127.0.0.1:${await listen(createTcpServer((socket) => socket.resume()))}`;
    for (const address of [url, `${url}/body`, silent]) {
      const sent = await send({ url: address, timeout: '300ms' });
      assert.equal(error(sent).class, 'timeout');
      assert.match(error(sent).message, /within the time limit/);
    }
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    assert.deepEqual((await send({ url }, {}, controller.signal)).outcome, { kind: 'cancelled' });
  });

  it('names the causes in the network', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    const cut = await listen(server);
    assert.match(error(await send({ url: `http://127.0.0.1:${cut}` })).message, /cut the connection/);
    await new Promise((resolve) => server.close(resolve));
    open.splice(open.indexOf(server), 1);
    const refused = error(await send({ url: `http://127.0.0.1:${cut}/path?token=abc` }));
    assert.match(refused.message, /nothing listens there \(ECONNREFUSED\)/);
    assert.equal(refused.class, 'network');
    assert.ok(!refused.message.includes('abc'));
    const nowhere = error(await send({ url: 'http://no-such-host.invalid/' }));
    assert.equal(nowhere.class, 'network');
    assert.match(nowhere.message, /ENOTFOUND|EAI_AGAIN/);
    const plain = await serve((_request, response) => response.end());
    assert.match(error(await send({ url: plain.replace('http:', 'https:') })).message, /does not speak TLS/);
  });

  it('refuses a certificate that signs itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'runwright-tls-'));
    try {
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=localhost'],
        { cwd: folder, stdio: 'ignore' },
      );
      const port = await listen(
        createTlsServer(
          { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) },
          (_request, response) => response.end('secret'),
        ),
      );
      const refused = error(await send({ url: `https://127.0.0.1:${port}` }));
      assert.match(refused.message, /DEPTH_ZERO_SELF_SIGNED_CERT/);
      assert.equal(refused.class, 'auth');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('goes through the proxy of the given environment, and around it where that says so', async () => {
    const url = await serve((_request, response) => response.end('direct'));
    const seen: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      seen.push(request.url ?? '');
      const upstream = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [socket, upstream]) end.on('error', () => {});
    });
    proxy.on('request', (request, response) => {
      seen.push(request.url ?? '');
      response.end('by proxy');
    });
    const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`;
    await send({ url }, { HTTP_PROXY: proxyUrl });
    assert.equal(seen.length, 1);
    assert.equal(outputs(await send({ url }, { HTTP_PROXY: proxyUrl, NO_PROXY: '127.0.0.1' })).body, 'direct');
    process.env.HTTP_PROXY = 'http://127.0.0.1:1';
    try {
      assert.equal(outputs(await send({ url })).body, 'direct');
    } finally {
      delete process.env.HTTP_PROXY;
    }
    assert.equal(seen.length, 1);
  });

  it('refuses what could forge, leak or confuse, before anything is sent', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked++;
      response.end();
    });
    const bad: Record<string, Json>[] = [
      { url: 'ftp://example.net' },
      { url: 'file:///etc/passwd' },
      { url: 'javascript:alert(1)' },
      { url: '/relative' },
      { url: '' },
      { url: `${url}/a\r\nX-Forged: 1` },
      { url: url.replace('//', '//user:hunter2@') },
      { url, headers: { 'X-A': 'a\r\nX-Forged: 1' } },
      { url, headers: { 'X-A\r\nX-Forged': 'a' } },
      { url, headers: { 'X-A': 'a\0b' } },
      { url, headers: { 'X-A': '漢字' } },
      { url, headers: { 'Content-Length': '0' } },
      { url, headers: { 'transfer-encoding': 'chunked' } },
      { url, headers: { 'X-A': '1', 'x-a': '2' } },
      { url, method: 'POST', json: 1, body: 'x' },
      { url, body: 'x' },
      { url, timeout: '30' },
      { url, timeout: '0s' },
    ];
    for (const input of bad) {
      const refused = error(await send(input));
      assert.equal(refused.code, 'action-input', JSON.stringify(input));
      assert.ok(!refused.message.includes('hunter2') && !refused.message.includes('Forged: 1'));
    }
    assert.equal(asked, 0);
  });

  describe('on a target', () => {
    const on = (connection: Record<string, Json>, input: Record<string, Json>) =>
      send(input, {}, new AbortController().signal, { type: 'http', ...connection });

    it('sends to addresses under its own, with its headers and its credentials', async () => {
      const url = await serve((request, response) =>
        response.end(JSON.stringify([request.url, request.headers.authorization, request.headers['x-a']])),
      );
      const asked = async (base: string, path: string, more: Record<string, Json> = {}, input: Record<string, Json> = {}) =>
        JSON.parse(String(outputs(await on({ url: `${url}${base}`, ...more }, { url: path, ...input })).body));
      for (const [base, path, seen] of [
        ['', '/hosts', '/hosts'],
        ['/v1', 'hosts/5?x=1', '/v1/hosts/5?x=1'],
        ['/v1/', '/hosts', '/v1/hosts'],
        ['/v1', '.', '/v1/'],
        ['/v1', '//evil.example/x', '/v1/evil.example/x'],
        ['/v1', `${url}/v1/hosts`, '/v1/hosts'],
      ] as const)
        assert.equal((await asked(base, path))[0], seen, `${base} ${path}`);
      const headers = { 'X-A': 'target' };
      assert.deepEqual(await asked('', '/', { headers, auth: { token: 'abc' } }), ['/', 'Bearer abc', 'target']);
      assert.deepEqual(await asked('', '/', { headers, auth: { user: 'ann', password: 'p:w' } }), ['/', 'Basic YW5uOnA6dw==', 'target']);
      assert.deepEqual(await asked('', '/', { headers, auth: { token: 'abc' } }, { headers: { authorization: 'mine', 'x-a': 'step' } }), [
        '/',
        'mine',
        'step',
      ]);
    });

    it('sends its credentials nowhere else', async () => {
      const other = await serve((request, response) => response.end(JSON.stringify(request.headers)));
      const url = await serve((_request, response) => response.writeHead(302, { location: other }).end());
      const target = { url: `${url}/v1`, auth: { token: 'hunter2-hunter2' } };
      const body = String(outputs(await on(target, { url: '/' })).body);
      assert.ok(!body.includes('hunter2') && body.includes('host'), body);
      for (const away of [
        other,
        `${url}/v2`,
        '../v2',
        '%2e%2e/v2',
        '..',
        `${url}/v1/../v2`,
        '..\\..\\x',
        `${url.replace('//', '//a@')}/v1/`,
      ]) {
        const refused = error(await on(target, { url: away }));
        assert.equal(refused.code, 'action-input', away);
        assert.match(refused.message, /leads away from the target/, away);
      }
    });

    it('says what is wrong with it, and quotes no credential', async () => {
      const wrong: Record<string, Json>[] = [
        {},
        { url: '/relative' },
        { url: 'ftp://example.net' },
        { url: 'https://ann:hunter2@example.net' },
        { url: 'https://example.net/?key=hunter2' },
        { url: 'https://example.net', headers: { 'X-A': 'hunter2\r\nX-B: 1' } },
        { url: 'https://example.net', auth: { token: 'hunter2\r\nX-B: 1' } },
        { url: 'https://example.net', auth: { token: '' } },
        { url: 'https://example.net', auth: { token: 'hunter2', user: 'ann' } },
        { url: 'https://example.net', auth: { user: 'ann:hunter2', password: 'p' } },
        { url: 'https://example.net', auth: { password: 'hunter2' } },
      ];
      for (const connection of wrong) {
        const refused = error(await on(connection, { url: '/' }));
        assert.equal(refused.code, 'target-wrong', JSON.stringify(connection));
        assert.ok(!JSON.stringify(refused).includes('hunter2'));
      }
    });
  });

  it('survives answers that lie', async () => {
    const replies = [
      'garbage\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nshort',
      'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc',
      `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
    ];
    for (const reply of replies) {
      const port = await listen(createTcpServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(reply))));
      assert.equal(error(await send({ url: `http://127.0.0.1:${port}` })).code, 'http-failed', reply.slice(0, 40));
    }
    const deep = await serve((request, response) =>
      response
        .setHeader('content-type', 'application/json')
        .end(request.url === '/deep' ? '['.repeat(100_000) + ']'.repeat(100_000) : '{"broken'),
    );
    assert.equal(outputs(await send({ url: `${deep}/deep` })).json, null);
    assert.equal(outputs(await send({ url: deep })).json, null);
  });
});
