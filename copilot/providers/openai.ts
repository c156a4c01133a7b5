import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { backoff, retryAfter } from './backoff.ts';
import { type CallFailure, mayPass, modelError } from './failures.ts';
import type { Message, Model, Piece, Tool, ToolCall } from './model.ts';

export interface OpenAiOptions {
  readonly baseUrl: string;
  readonly model: string;
  /** Local servers often need none. */
  readonly key?: string;
  /** Characters of context; default 200,000, about 50,000 tokens. */
  readonly budget?: number;
  /** Milliseconds without a piece of the answer. Default 60,000. */
  readonly silence?: number;
  readonly attempts?: number;
  /** Longest wait a server may ask for, in seconds; a longer one is told to the person. Default 60. */
  readonly patience?: number;
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

/** Any endpoint that speaks Chat Completions with streaming. The client library is loaded when the first question is asked. */
export function openAiModel(options: OpenAiOptions): Model {
  const { model, silence = 60_000, attempts = 4, patience = 60, sleep = pause, random = Math.random } = options;
  const where = hostOf(options.baseUrl);
  return {
    name: model,
    budget: options.budget ?? 200_000,
    async *stream(messages, tools, signal) {
      if (!/^https?:\/\//i.test(options.baseUrl) || !URL.canParse(options.baseUrl)) {
        throw modelError({ message: '', unreachable: true, cause: 'its address is not an http address' }, model, where || 'The model');
      }
      for (let attempt = 1; ; attempt++) {
        let begun = false;
        const watch = new Watch(signal, silence);
        try {
          for await (const piece of call(options, messages, tools, watch)) {
            begun = true;
            yield piece;
          }
          return;
        } catch (error) {
          if (signal.aborted) throw signal.reason;
          const failure = await failureOf(error, watch.fired);
          const wait = backoff(attempt, failure.retryAfter, random());
          if (begun || !mayPass(failure) || attempt >= attempts || wait > patience * 1000)
            throw modelError(failure, model, where, options.key !== undefined);
          yield { kind: 'waiting', text: waitingFor(failure, wait, where) };
          await sleep(wait, signal);
        } finally {
          watch.stop();
        }
      }
    },
  };
}

async function* call(
  options: OpenAiOptions,
  messages: readonly Message[],
  tools: readonly Tool[] | undefined,
  watch: Watch,
): AsyncGenerator<Piece> {
  const { default: OpenAI } = await import('openai');
  // Everything is said here: variables such as OPENAI_BASE_URL or OPENAI_LOG must not send a question elsewhere or log it.
  const client = new OpenAI({
    apiKey: options.key ?? 'none',
    baseURL: options.baseUrl,
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: 'off',
  });
  const body: ChatCompletionCreateParamsStreaming = {
    model: options.model,
    stream: true,
    messages: messages.map(toWire),
    ...(tools === undefined || tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            type: 'function' as const,
            function: { name, description, parameters },
          })),
        }),
  };
  watch.touch();
  const stream = await client.chat.completions.create(body, { signal: watch.signal });
  yield* pieces(stream, watch);
}

function toWire(message: Message): ChatCompletionMessageParam {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.call, content: message.content };
  if (message.role !== 'assistant' || message.calls === undefined || message.calls.length === 0)
    return { role: message.role, content: message.content };
  return {
    role: 'assistant',
    content: message.content === '' ? null : message.content,
    tool_calls: message.calls.map(({ id, name, input }) => ({
      id,
      type: 'function',
      // What is no JSON was told to the model as a mistake; servers that parse it again would fail on it.
      function: { name, arguments: isJson(input) ? input : '{}' },
    })),
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Characters of arguments in one answer, and calls in it: a model that never stops must not fill the memory. */
const largestInput = 200_000;
const mostCalls = 64;

/** Puts the parts of calls together. Some servers give every call the index 0 and tell them apart by id alone. */
class Calls {
  readonly #calls: { index: number; id: string; name: string; input: string }[] = [];
  #characters = 0;

  add({ index, id = '', function: part }: ChatCompletionChunk.Choice.Delta.ToolCall): void {
    let call = this.#calls.findLast((known) => known.index === index);
    if (call === undefined || (id !== '' && call.id !== '' && id !== call.id)) {
      call = { index, id, name: '', input: '' };
      this.#calls.push(call);
    }
    if (id !== '') call.id = id;
    call.name += part?.name ?? '';
    call.input += part?.arguments ?? '';
    this.#characters += (part?.name?.length ?? 0) + (part?.arguments?.length ?? 0);
    if (this.#characters > largestInput || this.#calls.length > mostCalls) throw new Error('it asked for tools without an end');
  }

  whole(): ToolCall[] {
    return this.#calls.map(({ id, name, input }) => ({ id, name, input }));
  }
}

/** Reads the chunks of the one choice there is. A stream that ends without saying why was cut. */
async function* pieces(stream: AsyncIterable<ChatCompletionChunk>, watch: Watch): AsyncGenerator<Piece> {
  const calls = new Calls();
  let reason: string | undefined;
  let refused = false;
  for await (const chunk of stream) {
    watch.touch();
    // A last chunk may carry only usage; servers differ in what else they leave out.
    const choice = chunk.choices?.[0];
    if (choice === undefined) continue;
    const { content, refusal, tool_calls } = choice.delta ?? {};
    if (typeof content === 'string' && content !== '') yield { kind: 'text', text: content };
    if (typeof refusal === 'string' && refusal !== '') {
      refused = true;
      yield { kind: 'text', text: refusal };
    }
    for (const part of tool_calls ?? []) calls.add(part);
    reason = choice.finish_reason ?? reason;
  }
  if (reason === undefined) throw new Error('the stream was cut before the answer was complete');
  const wanted = calls.whole();
  for (const call of wanted) yield { kind: 'tool-call', ...call };
  const refusal = refused || reason === 'content_filter';
  // Local servers end with `stop` also where they ask for a tool.
  yield { kind: 'end', reason: refusal ? 'refusal' : reason === 'length' ? 'length' : wanted.length > 0 ? 'tool-calls' : 'stop' };
}

/** Aborts when the caller does, or when nothing was heard for too long. */
class Watch {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #silence: number;
  readonly #forward = () => this.#controller.abort(this.#outer.reason);
  #timer: NodeJS.Timeout | undefined;
  fired = false;

  constructor(outer: AbortSignal, silence: number) {
    this.#outer = outer;
    this.#silence = silence;
    if (outer.aborted) this.#forward();
    else outer.addEventListener('abort', this.#forward, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.fired = true;
      this.#controller.abort(new Error('silence'));
    }, this.#silence);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#forward);
  }
}

async function failureOf(error: unknown, timedOut: boolean): Promise<CallFailure> {
  const { APIError, APIConnectionError } = await import('openai');
  const message = error instanceof Error ? error.message : String(error);
  if (timedOut) return { message, timedOut };
  if (error instanceof APIConnectionError) return { message, unreachable: true, cause: rootCause(error) };
  if (error instanceof APIError) {
    const code = typeof error.code === 'string' ? error.code : undefined;
    return { message, status: error.status, code, retryAfter: error.headers ? retryAfter(error.headers, Date.now()) : undefined };
  }
  return { message };
}

/** The system's own words (`connect ECONNREFUSED …`), which the libraries wrap several times. */
function rootCause(error: Error): string {
  let inner: Error = error;
  for (let depth = 0; depth < 5 && inner.cause instanceof Error; depth++) inner = inner.cause;
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined;
  return inner.message || code || error.message;
}

const waitingFor = (failure: CallFailure, milliseconds: number, where: string): string => {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  const why =
    failure.status === 429
      ? `${where} asks to slow down`
      : failure.unreachable === true
        ? `${where} cannot be reached`
        : `${where} answered ${failure.status ?? 'with an error'}`;
  return `${why}; trying again in ${seconds} s`;
};

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
