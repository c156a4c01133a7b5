import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test can see of a question that was sent. */
export interface RecordedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: {
    readonly model: string;
    readonly stream?: boolean;
    readonly messages: readonly RecordedMessage[];
    readonly tools?: readonly { readonly type: string; readonly function: { readonly name: string; readonly parameters: object } }[];
  };
}

export interface RecordedMessage {
  readonly role: string;
  /** Null where the model said nothing beside its calls. */
  readonly content: string | null;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string; readonly arguments: string } }[];
  readonly tool_call_id?: string;
}

/** How the server behaves; all of them happen with real endpoints. */
export type Behaviour =
  | { readonly kind: 'answer'; readonly text: string; readonly finish?: 'stop' | 'length' | 'content_filter' }
  /** A pause in milliseconds before each token. */
  | { readonly kind: 'slow'; readonly text: string; readonly pause: number }
  /** The connection breaks after this text. */
  | { readonly kind: 'cut'; readonly text: string }
  /** The response ends as if all were well, without a reason and without [DONE]. */
  | { readonly kind: 'unfinished'; readonly text: string }
  | { readonly kind: 'refuse'; readonly text: string }
  /** One chunk that is not JSON after this text. */
  | { readonly kind: 'malformed'; readonly text: string }
  | { readonly kind: 'tool-call'; readonly name: string; readonly input: string }
  /** Some words, then several calls. `oneIndex`: all with the index 0, as some local servers send them. */
  | {
      readonly kind: 'tool-calls';
      readonly text?: string;
      readonly calls: readonly { readonly name: string; readonly input: string }[];
      readonly oneIndex?: boolean;
    }
  | { readonly kind: 'error'; readonly status: number; readonly code?: string; readonly message: string; readonly retryAfter?: string }
  /** Accepts the question and says nothing. */
  | { readonly kind: 'silent' };

/** The first rule whose `when` fits the last message answers; `times` is how often it may. */
export interface Rule {
  readonly when?: RegExp;
  readonly times?: number;
  /** A function sees the whole request, as a model does. */
  readonly reply: Behaviour | ((body: RecordedRequest['body']) => Behaviour);
}

export interface FakeModel {
  /** As a base URL for clients: `http://127.0.0.1:PORT/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly RecordedRequest[];
  /** Replaces the rules and forgets the requests. */
  script(rules: readonly Rule[]): void;
  close(): Promise<void>;
}

/**
 * A fake model: a server on loopback that speaks the Chat Completions protocol as real endpoints do and answers by rules.
 * @param key when given, any other bearer token is answered with 401.
 */
export async function startFakeModel(
  rules: readonly Rule[],
  options: { readonly key?: string; readonly port?: number } = {},
): Promise<FakeModel> {
  let script = rules.map((rule) => ({ ...rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
  let requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
      return fail(response, { kind: 'error', status: 404, message: `Unknown request URL: ${request.method} ${request.url}.` });
    const { authorization } = request.headers;
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as RecordedRequest['body'];
    requests.push({ path: request.url, authorization, body });
    if (options.key !== undefined && authorization !== `Bearer ${options.key}`) {
      return fail(response, { kind: 'error', status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided.' });
    }
    const last = body.messages.at(-1)?.content ?? '';
    const rule = script.find((candidate) => candidate.left > 0 && (candidate.when === undefined || candidate.when.test(last)));
    if (rule === undefined) return fail(response, { kind: 'error', status: 500, message: `The fake model has no rule for: ${last}` });
    rule.left -= 1;
    const reply = typeof rule.reply === 'function' ? rule.reply(body) : rule.reply;
    if (reply.kind === 'silent') return;
    if (reply.kind === 'error') return fail(response, reply);
    if (body.stream !== true) return whole(response, body.model, reply);
    await stream(response, body.model, reply);
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get requests() {
      return requests;
    },
    script(next) {
      script = next.map((rule) => ({ ...rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
      requests = [];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Streamed = Exclude<Behaviour, { kind: 'error' | 'silent' }>;

const id = 'chatcmpl-fake';
const textOf = (behaviour: Streamed) => (behaviour.kind === 'tool-call' ? '' : (behaviour.text ?? ''));

const callsOf = (behaviour: Streamed): readonly { readonly name: string; readonly input: string }[] =>
  behaviour.kind === 'tool-calls' ? behaviour.calls : behaviour.kind === 'tool-call' ? [behaviour] : [];

async function stream(response: ServerResponse, model: string, behaviour: Streamed): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (data: string) => response.write(`data: ${data}\n\n`);
  const chunk = (delta: object, finish: string | null = null) =>
    send(
      JSON.stringify({
        id,
        object: 'chat.completion.chunk',
        created: 1_790_000_000,
        model,
        choices: [{ index: 0, delta, finish_reason: finish }],
        usage: null,
      }),
    );
  chunk({ role: 'assistant', content: '' });
  for (const token of textOf(behaviour).match(/\s*\S+\s*/g) ?? []) {
    if (behaviour.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, behaviour.pause));
    // The client has gone: what a person stopped is not generated any further.
    if (response.destroyed) return;
    chunk(behaviour.kind === 'refuse' ? { refusal: token } : { content: token });
  }
  for (const [place, { name, input }] of callsOf(behaviour).entries()) {
    const index = behaviour.kind === 'tool-calls' && behaviour.oneIndex === true ? 0 : place;
    chunk({ tool_calls: [{ index, id: `call_${place + 1}`, type: 'function', function: { name, arguments: '' } }] });
    for (const part of halves(input)) chunk({ tool_calls: [{ index, function: { arguments: part } }] });
  }
  if (behaviour.kind === 'cut') {
    // What was written must be on its way before the connection breaks.
    await new Promise<void>((resolve) => response.write(': \n\n', () => resolve()));
    await new Promise((resolve) => setImmediate(resolve));
    response.destroy();
    return;
  }
  if (behaviour.kind === 'malformed') send('{"choices": [{"delta": {"content": "half a');
  if (behaviour.kind === 'unfinished') {
    response.end();
    return;
  }
  const asks = callsOf(behaviour).length > 0 && !(behaviour.kind === 'tool-calls' && behaviour.oneIndex === true);
  chunk({}, asks ? 'tool_calls' : behaviour.kind === 'answer' ? (behaviour.finish ?? 'stop') : 'stop');
  send(
    JSON.stringify({
      id,
      object: 'chat.completion.chunk',
      created: 1_790_000_000,
      model,
      choices: [],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    }),
  );
  response.end('data: [DONE]\n\n');
}

function whole(response: ServerResponse, model: string, behaviour: Streamed): void {
  const calls = callsOf(behaviour);
  const message = {
    role: 'assistant',
    content: textOf(behaviour) || null,
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map(({ name, input }, index) => ({
            id: `call_${index + 1}`,
            type: 'function',
            function: { name, arguments: input },
          })),
        }),
  };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      id,
      object: 'chat.completion',
      created: 1_790_000_000,
      model,
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    }),
  );
}

function fail(response: ServerResponse, error: Extract<Behaviour, { kind: 'error' }>): void {
  response.writeHead(error.status, {
    'content-type': 'application/json',
    ...(error.retryAfter === undefined ? {} : { 'retry-after': error.retryAfter }),
  });
  response.end(JSON.stringify({ error: { message: error.message, type: 'fake', param: null, code: error.code ?? null } }));
}

const halves = (text: string) => [text.slice(0, Math.ceil(text.length / 2)), text.slice(Math.ceil(text.length / 2))];
