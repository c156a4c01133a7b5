import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { type WebSocket, WebSocketServer } from 'ws';
import { EngineError, unreachable } from './errors.ts';
import { follow } from './follow.ts';

describe('following events', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  /** A real WebSocket server that answers each connection as the test says, in turn. */
  async function fakeEngine(...scripts: ((socket: WebSocket) => void)[]) {
    const asked: string[] = [];
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    server.on('connection', (socket, request) => {
      asked.push(request.url ?? '');
      scripts.shift()?.(socket);
    });
    await once(server, 'listening');
    closers.push(() => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    });
    return { asked, endpoint: { port: (server.address() as AddressInfo).port, token: 't' } };
  }
  const frame = (seq: number, type = 'step-started') =>
    JSON.stringify({ kind: 'event', event: { seq, time: '2026-01-01T00:00:00.000Z', run: 'r', type } });
  const live = JSON.stringify({ kind: 'live' });

  it('resumes after the last sequence, without doubles, and says so once', async () => {
    const { endpoint, asked } = await fakeEngine(
      (socket) => {
        for (const data of [frame(1), frame(2), live, frame(3), frame(3, 'output')]) socket.send(data);
        socket.close(1001);
      },
      (socket) => {
        for (const data of [frame(3), frame(4), 'no JSON', '{}', live]) socket.send(data);
      },
    );
    const heard: string[] = [];
    const starts: boolean[] = [];
    await new Promise<void>((resolve) => {
      const stop = follow(
        {
          run: 'r',
          after: 0,
          locate: async (start) => {
            starts.push(start);
            return endpoint;
          },
        },
        { event: ({ seq, type }) => heard.push(`${seq} ${type}`), live: () => heard.push('live'), reconnected: resolve },
      );
      closers.push(stop);
    });
    assert.deepEqual(heard, ['1 step-started', '2 step-started', 'live', '3 step-started', '3 output', '4 step-started']);
    assert.deepEqual(asked, ['/v1/events?run=r&after=0', '/v1/events?run=r&after=3']);
    // The engine closed in good order: whoever only listens does not start it again.
    assert.deepEqual(starts, [true, false]);
  });

  it('may start the engine again when the connection broke', async () => {
    const { endpoint } = await fakeEngine((socket) => socket.terminate());
    const starts: boolean[] = [];
    await new Promise<void>((resolve) => {
      const locate = async (start: boolean) => {
        starts.push(start);
        if (starts.length === 2) resolve();
        return endpoint;
      };
      closers.push(follow({ after: 0, locate }, { event: () => undefined }));
    });
    assert.deepEqual(starts, [true, true]);
  });

  it('ends with the error of the engine, and of another version', async () => {
    const error = { code: 'run-unknown', class: 'not-found', message: 'm', remedy: 'r' };
    const { endpoint } = await fakeEngine((socket) => socket.send(JSON.stringify({ kind: 'error', error })));
    const refused = await new Promise<EngineError>((resolve) => {
      closers.push(follow({ run: 'x', after: 0, locate: async () => endpoint }, { event: () => undefined, error: resolve }));
    });
    assert.equal(refused.error.code, 'run-unknown');
    const other = new EngineError({ ...error, code: 'engine-other-version' });
    const told = await new Promise<EngineError>((resolve) => {
      closers.push(follow({ after: 0, locate: () => Promise.reject(other) }, { event: () => undefined, error: resolve }));
    });
    assert.equal(told, other);
  });

  it('is quiet once stopped', async () => {
    const { endpoint } = await fakeEngine();
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = follow(
      {
        after: 0,
        locate: async () => {
          resolve();
          return endpoint;
        },
      },
      { event: () => assert.fail('heard something'), error: () => assert.fail('failed') },
    );
    stop();
    await promise;
    await new Promise(setImmediate);
    assert.ok(unreachable('x') instanceof EngineError);
  });
});
