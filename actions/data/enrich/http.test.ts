import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../../runbook/core/json.ts';
import { type DataTest, dataTest } from '../testing/run.ts';
import { enrich } from './enrich.ts';

describe('data/enrich over HTTP', () => {
  let test: DataTest;
  let server: Server;
  let base: string;
  let asked: string[];
  let at: number;
  let most: number;
  let answer: (value: string) => { readonly status: number; readonly body: string; readonly hold?: true };

  beforeEach(async () => {
    test = dataTest();
    asked = [];
    at = 0;
    most = 0;
    answer = (value) => ({ status: 200, body: JSON.stringify({ data: { score: value.length, tags: ['x', value] } }) });
    server = createServer((request, response) => {
      const value = decodeURIComponent(request.url?.slice(4) ?? '');
      asked.push(`${value} ${request.headers['x-key']}`);
      most = Math.max(most, ++at);
      const { status, body, hold } = answer(value);
      setImmediate(() => {
        at--;
        if (!hold) response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    test.remove();
  });

  const rows = ['a/b', 'bb', 'a/b', '', 'c&?', 'none'].map((host) => ({ host }));
  const input = (more: Record<string, Json> = {}): Record<string, Json> => ({
    table: rows,
    on: 'host',
    http: {
      url: `${base}/v1/{value}`,
      headers: { 'x-key': 'k' },
      take: { score: 'data.score', tag: 'data.tags.1', no: 'data.none' },
      ...more,
    },
  });

  it('asks once for each value, a few at a time, and takes what was wanted', async () => {
    answer = (
      (usual) => (value: string) =>
        value === 'none' ? { status: 404, body: '{}' } : usual(value)
    )(answer);
    const outputs = await test.outputs(enrich, input({ concurrency: 2 }));
    assert.deepEqual(asked.sort(), ['a/b k', 'bb k', 'c&? k', 'none k']);
    assert.ok(most <= 2, `${most} at once`);
    assert.deepEqual(
      (await test.rows(outputs.table)).map(({ score, tag, no, matched }) => [score, tag, no, matched]),
      [
        [3, 'a/b', null, true],
        [2, 'bb', null, true],
        [3, 'a/b', null, true],
        [null, null, null, false],
        [3, 'c&?', null, true],
        [null, null, null, false],
      ],
    );
  });

  it('asks nothing where there would be too many requests', async () => {
    assert.equal((await test.failure(enrich, input({ 'most-requests': 3 }))).error.code, 'data-limit');
    assert.deepEqual(asked, []);
  });

  it('fails with the failure of a request, and with an answer that is no JSON', async () => {
    answer = () => ({ status: 503, body: '{}' });
    assert.equal((await test.failure(enrich, input())).error.code, 'http-status');
    answer = () => ({ status: 200, body: '<html>' });
    assert.match((await test.failure(enrich, input())).error.message, /the answer is not JSON/);
    assert.match((await test.failure(enrich, input({ url: base }))).error.message, /no `\{value\}`/);
  });

  it('ends at once when it is stopped', async () => {
    answer = () => {
      setImmediate(() => test.abort());
      return { status: 200, body: '', hold: true };
    };
    assert.equal((await enrich(input(), test.context)).kind, 'cancelled');
  });
});
