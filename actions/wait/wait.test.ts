import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import type { ActionCode } from '../../engine/connectors/action.ts';
import type { Json } from '../../runbook/core/json.ts';
import { testContext } from '../testing/context.ts';
import { waitHttp } from './http/http.ts';
import { waitPort } from './port/port.ts';

async function act(code: ActionCode, input: Readonly<Record<string, Json>>, signal = new AbortController().signal, heard?: () => void) {
  const { context, lines, remove } = testContext({ signal, heard: (text) => void (text.startsWith('not yet') && heard?.()) });
  try {
    return { outcome: await code(input, context), lines };
  } finally {
    remove();
  }
}

async function listen(server: TcpServer, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('wait/port', () => {
  it('ends when the port opens, and says why it was not there before', async () => {
    const port = await freePort();
    const server = createTcpServer((socket) => socket.destroy());
    try {
      const { outcome, lines } = await act(waitPort, { port, every: '50ms' }, undefined, () => void listen(server, port));
      assert.equal(outcome.kind, 'succeeded');
      assert.ok(outcome.kind === 'succeeded' && Number(outcome.outputs.looks) >= 2);
      assert.ok(lines.includes('not yet: the host refuses the connection'), lines.join('\n'));
    } finally {
      server.close();
    }
  });

  it('ends when the port closes', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    const port = await listen(server);
    const { outcome } = await act(waitPort, { port, state: 'closed', every: '50ms' }, undefined, () => void server.close());
    assert.equal(outcome.kind, 'succeeded');
  });

  it('fails after its time with the last reason, and stops when it is cancelled', async () => {
    const port = await freePort();
    const { outcome } = await act(waitPort, { port, every: '50ms', timeout: '200ms' });
    assert.ok(outcome.kind === 'failed');
    assert.deepEqual([outcome.error.code, outcome.error.class], ['wait-over', 'timeout']);
    assert.match(outcome.error.message, /refuses the connection/);
    const abort = new AbortController();
    const cancelled = await act(waitPort, { port, timeout: '1h', every: '1h' }, abort.signal, () => abort.abort());
    assert.equal(cancelled.outcome.kind, 'cancelled');
  });

  it('refuses a duration without a unit', async () => {
    const { outcome } = await act(waitPort, { port: 1, timeout: '30' });
    assert.ok(outcome.kind === 'failed' && outcome.error.code === 'action-input' && /no unit/.test(outcome.error.message));
  });
});

describe('wait/http', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('asks until the status and the text are right', async () => {
    let asked = 0;
    server = createServer((_request, response) => {
      asked++;
      response.statusCode = asked === 1 ? 503 : 200;
      response.end(asked < 3 ? 'starting' : 'all ready');
    });
    const port = await listen(server);
    const { outcome, lines } = await act(waitHttp, { url: `http://127.0.0.1:${port}/health?key=abc`, contains: 'ready', every: '50ms' });
    assert.ok(outcome.kind === 'succeeded');
    assert.deepEqual([outcome.outputs.status, outcome.outputs.body, outcome.outputs.looks], [200, 'all ready', 3]);
    assert.equal(lines.filter((line) => line.startsWith('not yet')).length, 2);
    assert.ok(!lines.join('\n').includes('abc'), 'a parameter is nobody’s business');
  });

  it('gives up after its time, and at once where asking again would not help', async () => {
    const port = await freePort();
    const late = await act(waitHttp, { url: `http://127.0.0.1:${port}/`, timeout: '200ms', every: '50ms' });
    assert.ok(late.outcome.kind === 'failed' && late.outcome.error.code === 'wait-over');
    const wrong = await act(waitHttp, { url: 'ftp://example.net/' });
    assert.ok(wrong.outcome.kind === 'failed' && wrong.outcome.error.code === 'action-input');
  });
});
