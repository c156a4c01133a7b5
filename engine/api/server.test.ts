import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { WebSocket } from 'ws';
import type { RunDetail, RunEvent } from '../../protocol/run.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Caller, Runtime } from './runtime.ts';
import { type ApiOptions, createApi } from './server.ts';

const callers: Record<string, Caller> = {
  'person-token': { subject: 'ann', scopes: ['read', 'request', 'approve'] },
  'assistant-token': { subject: 'copilot', scopes: ['read', 'request'] },
};
const detail = { id: 'r-1' } as RunDetail;

/** Records calls; answers the same for all. */
function fakeRuntime(calls: unknown[][]): Runtime {
  const record =
    (name: string, answer: unknown) =>
    async (...args: unknown[]) => {
      calls.push([name, ...args]);
      return answer;
    };
  return {
    start: record('start', detail),
    dryRun: record('dryRun', {}),
    list: record('list', []),
    show: async (run) => {
      if (run === 'boom') throw new Error('secret stack');
      if (run !== 'r-1') throw new ProblemError(problem('run-unknown', { run }));
      return detail;
    },
    approvals: record('approvals', []),
    approve: record('approve', detail),
    reject: record('reject', detail),
    answer: record('answer', detail),
    cancel: record('cancel', detail),
    pause: record('pause', detail),
    resume: record('resume', detail),
    unlockSecrets: record('unlockSecrets', undefined),
    edit: record('edit', detail),
    skip: record('skip', detail),
    retry: record('retry', detail),
    rollback: record('rollback', detail),
    output: record('output', { stdout: 'a', stderr: '', truncated: false }),
    follow: ({ run, after }, listener) => {
      if (run === 'none') throw new ProblemError(problem('run-unknown', { run }));
      calls.push(['follow', run, after]);
      const event = (seq: number): RunEvent => ({ seq, time: '2026-01-01T00:00:00.000Z', run: 'r-1', type: 'step-started' });
      for (let seq = after + 1; seq <= 3; seq++) listener.event(event(seq));
      listener.live();
      return () => calls.push(['unfollow']);
    },
    setTrust: record('setTrust', undefined),
    trusted: record('trusted', ['/a']),
    upkeep: {
      verify: record('verify', { events: 1, runs: 1, pruned: 0, damages: [] }),
      events: record('events', []),
      heads: record('heads', []),
      prune: record('prune', { runs: [], dryRun: true }),
    },
    schedules: {
      add: record('addSchedule', {}),
      list: record('schedules', []),
      remove: record('removeSchedule', true),
    },
    secretNames: record('secretNames', ['A']),
    putSecret: record('putSecret', undefined),
    removeSecret: record('removeSecret', true),
    policy: record('policy', { askFrom: 'high' }),
    setPolicy: record('setPolicy', undefined),
  } as Runtime;
}

describe('API', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function serve(options: Partial<ApiOptions> = {}) {
    const calls: unknown[][] = [];
    const logged: string[] = [];
    const app = await createApi({
      runtime: fakeRuntime(calls),
      health: { product: 'runwright', version: '1.2.3', protocol: 1, schema: 1, pid: 7 },
      identity: 'identity-key',
      callerOf: (token) => callers[token],
      log: (text) => logged.push(text),
      shutdown: () => calls.push(['shutdown']),
      ...options,
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    closers.push(() => app.close());
    const { port } = app.server.address() as AddressInfo;
    const ask = (
      method: string,
      path: string,
      { token = 'person-token', body, headers = {} }: { token?: string | null; body?: unknown; headers?: Record<string, string> } = {},
    ) =>
      new Promise<{ status: number; body: Record<string, unknown>; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
        const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
        const all = {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        };
        const request = httpRequest({ host: '127.0.0.1', port, method, path, headers: all, agent: false }, async (response) => {
          let answer = '';
          for await (const chunk of response) answer += chunk;
          resolve({ status: response.statusCode ?? 0, body: answer === '' ? {} : JSON.parse(answer), headers: response.headers });
        });
        request.on('error', reject);
        request.end(text);
      });
    return { ask, calls, logged, port };
  }
  const code = (body: Record<string, unknown>) => (body.error as { code?: string } | undefined)?.code;

  it('tells its health without a token and proves who it is', async () => {
    const { ask } = await serve();
    const nonce = 'n'.repeat(32);
    const { status, body } = await ask('GET', `/health?nonce=${nonce}`, { token: null });
    assert.equal(status, 200);
    assert.deepEqual([body.product, body.protocol, body.pid], ['runwright', 1, 7]);
    assert.equal(body.proof, createHmac('sha256', 'identity-key').update(nonce).digest('hex'));
    assert.equal((await ask('GET', '/health', { token: null })).body.proof, undefined);
  });

  it('refuses a missing or wrong token, on unknown paths too', async () => {
    const { ask } = await serve();
    for (const token of [null, 'wrong', '']) assert.equal((await ask('GET', '/v1/runs', { token })).status, 401);
    assert.equal((await ask('GET', '/v1/nothing', { token: null })).status, 401);
    assert.equal((await ask('GET', '/v1/nothing')).status, 404);
  });

  it('refuses another Host and any Origin, also for /health and WebSockets', async () => {
    const { ask, port } = await serve();
    assert.equal((await ask('GET', '/v1/runs', { headers: { host: `evil.example:${port}` } })).status, 403);
    assert.equal((await ask('GET', '/health', { token: null, headers: { host: '127.0.0.1:1' } })).status, 403);
    for (const origin of ['http://127.0.0.1', 'null', 'vscode-webview://abc', `http://localhost:${port}`]) {
      assert.equal((await ask('GET', '/v1/runs', { headers: { origin } })).status, 403, origin);
    }
    assert.equal((await ask('GET', '/v1/runs', { headers: { host: `localhost:${port}` } })).status, 200);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/events`, {
      headers: { authorization: 'Bearer person-token', origin: 'http://evil.example' },
    });
    const [, response] = await once(socket, 'unexpected-response');
    assert.equal(response.statusCode, 403);
  });

  it('lets an assistant ask and never approve, answer, trust, or touch secrets and policy', async () => {
    const { ask, calls } = await serve();
    const token = 'assistant-token';
    assert.equal((await ask('POST', '/v1/runs', { token, body: { file: '/a.yaml' } })).status, 201);
    const decision = { step: 's', digest: 'd' };
    const before = calls.length;
    const refused = await Promise.all([
      ask('POST', '/v1/runs/r-1/approve', { token, body: decision }),
      ask('POST', '/v1/runs/r-1/reject', { token, body: decision }),
      ask('POST', '/v1/runs/r-1/answer', { token, body: { step: 's', answer: 'repeat' } }),
      ask('PUT', '/v1/trust', { token, body: { folder: '/', trusted: true } }),
      ask('PUT', '/v1/secrets/A', { token, body: { value: 'abcdefg' } }),
      ask('DELETE', '/v1/secrets/A', { token }),
      ask('PUT', '/v1/policy', { token, body: { askFrom: 'critical' } }),
      ask('POST', '/v1/shutdown', { token }),
    ]);
    assert.deepEqual(
      refused.map(({ status }) => status),
      Array(8).fill(403),
    );
    assert.deepEqual(
      refused.map(({ body }) => code(body)),
      Array(8).fill('scope-missing'),
    );
    assert.equal(calls.length, before);
  });

  it("takes the caller's identity from the token", async () => {
    const { ask, calls } = await serve();
    assert.equal((await ask('POST', '/v1/runs/r-1/approve', { body: { step: 's', digest: 'd', via: 'cli' } })).status, 200);
    assert.deepEqual(calls.at(-1), ['approve', 'r-1', { step: 's', digest: 'd', via: 'cli' }, callers['person-token']]);
    const extra = await ask('POST', '/v1/runs/r-1/approve', { body: { step: 's', digest: 'd', by: 'root' } });
    assert.equal(extra.status, 400);
    assert.match(String(extra.body.detail), /by/);
  });

  it('answers a path that is none as it answers anything else', async () => {
    const { ask } = await serve();
    for (const path of ['/v1/runs/%zz', `/v1/runs/${'a'.repeat(400)}`]) {
      const { status, body } = await ask('GET', path);
      assert.equal(status, 400, path);
      assert.equal(typeof body.detail, 'string', JSON.stringify(body));
    }
  });

  it('answers wrong input with 400, a long body with 413, an unknown run with 404, an own fault with 500 and no stack', async () => {
    const { ask, logged } = await serve();
    for (const body of ['{', '[]', '"x"', { file: '' }, { file: 1 }, {}])
      assert.equal((await ask('POST', '/v1/runs', { body })).status, 400, JSON.stringify(body));
    assert.equal((await ask('GET', '/v1/runs?limit=0')).status, 400);
    assert.equal((await ask('GET', '/v1/runs?limit=x')).status, 400);
    assert.equal((await ask('GET', '/v1/runs?nonsense=1')).status, 400);
    assert.equal((await ask('GET', '/v1/runs/r-1/output')).status, 400);
    assert.equal((await ask('GET', '/v1/events')).status, 400);
    const long = await ask('POST', '/v1/runs', { body: { file: `/${'a'.repeat(1_100_000)}` } });
    assert.deepEqual([long.status, code(long.body)], [413, 'request-too-large']);
    const unknown = await ask('GET', '/v1/runs/r-2');
    assert.deepEqual([unknown.status, code(unknown.body)], [404, 'run-unknown']);
    const fault = await ask('GET', '/v1/runs/boom');
    assert.deepEqual([fault.status, code(fault.body)], [500, 'internal']);
    assert.doesNotMatch(JSON.stringify(fault.body), /secret stack/);
    assert.match(logged.join(), /secret stack/);
  });

  it('converts queries, and answers lists under their names', async () => {
    const { ask, calls } = await serve();
    assert.deepEqual((await ask('GET', '/v1/runs?limit=5&status=failed')).body, { runs: [] });
    assert.deepEqual({ ...(calls.at(-1)?.[1] as object) }, { limit: 5, status: 'failed' });
    assert.deepEqual((await ask('GET', '/v1/secrets')).body, { names: ['A'] });
    assert.deepEqual(await ask('PUT', '/v1/policy', { body: { askFrom: 'low' } }).then(({ status }) => status), 204);
  });

  it('limits the rate per token and says so', async () => {
    const { ask } = await serve({ limit: 3 });
    for (const remaining of ['2', '1', '0']) assert.equal((await ask('GET', '/v1/runs')).headers['x-ratelimit-remaining'], remaining);
    const { status, headers, body } = await ask('GET', '/v1/runs');
    assert.deepEqual([status, code(body)], [429, 'rate-limited']);
    assert.ok(Number(headers['retry-after']) > 0);
    assert.equal((await ask('GET', '/v1/runs', { token: 'assistant-token' })).status, 200);
  });

  it('sends past events, then live, over a WebSocket, and stops when it closes', async () => {
    const { port, calls } = await serve();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/events?run=r-1&after=1`, {
      headers: { authorization: 'Bearer assistant-token' },
    });
    const frames: { kind: string; event?: RunEvent }[] = [];
    for await (const [data] of onMessages(socket)) {
      const frame = JSON.parse(String(data));
      frames.push(frame);
      if (frame.kind === 'live') break;
    }
    assert.deepEqual(
      frames.map(({ kind, event }) => event?.seq ?? kind),
      [2, 3, 'live'],
    );
    socket.close();
    await once(socket, 'close');
    assert.deepEqual(
      calls.find(([name]) => name === 'follow'),
      ['follow', 'r-1', 1],
    );
  });

  it('answers an unknown run on the WebSocket with an error frame', async () => {
    const { port } = await serve();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/events?run=none`, { headers: { authorization: 'Bearer person-token' } });
    const [data] = await once(socket, 'message');
    assert.equal(JSON.parse(String(data)).error.code, 'run-unknown');
    await once(socket, 'close');
  });
});

async function* onMessages(socket: WebSocket): AsyncGenerator<[unknown]> {
  const waiting: [unknown][] = [];
  let wake = (): void => undefined;
  socket.on('message', (data) => {
    waiting.push([data]);
    wake();
  });
  for (;;) {
    const next = waiting.shift();
    if (next) yield next;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}
