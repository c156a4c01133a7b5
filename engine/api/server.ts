import { createHmac } from 'node:crypto';
import type { Socket } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type FollowQuery, FollowQuery as FollowQuerySchema, type Health } from '../../protocol/api.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { failure, failureOf } from './failure.ts';
import { authenticate, checkOrigin, requireScope } from './guard.ts';
import type { Host } from './route.ts';
import { serveEvents } from './routes/events.ts';
import { routes } from './routes/table.ts';
import type { Caller } from './runtime.ts';
import { validator } from './validate.ts';

export interface ApiOptions extends Host {
  readonly health: Omit<Health, 'proof'>;
  /** Key of the proof in /health. */
  readonly identity: string;
  callerOf(token: string): Caller | undefined;
  log(text: string): void;
  /** A client was here; `connections` counts open WebSockets. */
  activity?(connections: number): void;
  /** Requests per token and minute. */
  readonly limit?: number;
}

const bodyLimit = 1024 * 1024;
const minute = 60_000;

/** The HTTP and WebSocket API, not yet listening. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit,
    logger: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
    // A path that is no path comes before every route and every hook.
    frameworkErrors: (error, _request, reply) => {
      const { status, body } = failureOf(error, options.log);
      // Here the types know no answer at all.
      (reply as unknown as FastifyReply).code(status).send(body);
    },
  });
  const callers = new WeakMap<object, Caller>();
  const callerOf = (request: FastifyRequest): Caller => {
    const caller = callers.get(request.raw);
    if (!caller) throw new ProblemError(problem('unauthorized'));
    return caller;
  };
  let connections = 0;

  // A socket that was to become a WebSocket and did not is nobody's any more, and would hold up the end.
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, 200).unref();
  });

  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    checkOrigin(raw);
    options.activity?.(connections);
    if (routeOptions.url !== '/health') callers.set(raw, authenticate(raw, options.callerOf));
  });
  await app.register(rateLimit, {
    max: options.limit ?? 1200,
    timeWindow: minute,
    keyGenerator: (request) => callers.get(request.raw)?.subject ?? 'nobody',
    errorResponseBuilder: (_request, { ttl }) => new ProblemError(problem('rate-limited', { seconds: Math.ceil(ttl / 1000) })),
  });
  await app.register(websocket, { options: { maxPayload: 64 * 1024, perMessageDeflate: false } });

  app.setErrorHandler((error, _request, reply) => {
    const { status, body } = failureOf(error, options.log);
    return reply.code(status).send(body);
  });
  app.setNotFoundHandler((request, reply) => {
    const { status, body } = failure(problem('route-unknown', { method: request.method, path: request.url.split('?', 1)[0] ?? '' }));
    return reply.code(status).send(body);
  });

  app.get('/health', { config: { rateLimit: false } }, (request): Health => {
    const { nonce } = request.query as { nonce?: unknown };
    if (typeof nonce !== 'string' || nonce.length < 16 || nonce.length > 128) return options.health;
    return { ...options.health, proof: createHmac('sha256', options.identity).update(nonce).digest('hex') };
  });

  for (const { method, url, scope, status, handle, ...schemas } of routes) {
    const bodyOf = validator(schemas.body, 'body');
    const queryOf = validator(schemas.query, 'query');
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        const caller = callerOf(request);
        requireScope(caller, scope);
        const call = {
          caller,
          params: request.params as Record<string, string>,
          body: bodyOf(request.body),
          query: queryOf(request.query),
        };
        const answer = await handle(options, call);
        return answer === undefined ? reply.code(204).send() : reply.code(status ?? 200).send(answer);
      },
    });
  }

  const followQuery = validator(FollowQuerySchema, 'query');
  app.get(
    '/v1/events',
    {
      websocket: true,
      preValidation: async (request) => {
        requireScope(callerOf(request), 'read');
        followQuery(request.query);
        if (!request.ws) throw new ProblemError(problem('request-invalid', { why: 'this route speaks WebSocket only' }));
      },
    },
    (socket, request) => {
      options.activity?.(++connections);
      socket.on('close', () => options.activity?.(--connections));
      serveEvents(socket, options.runtime, followQuery(request.query) as FollowQuery, (error) => {
        const { body } = failureOf(error, options.log);
        return { kind: 'error', error: body.error ?? problem('internal', { why: body.detail }) };
      });
    },
  );
  return app;
}
