import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, networkCause } from '../../../engine/connectors/network.ts';
import { retryAfter } from '../../http/request/retry-after.ts';
import { bodies } from './bodies.ts';
import type { Hook } from './channels.ts';
import type { Message } from './message.ts';
import type { Sent } from './sent.ts';

/** Milliseconds for one try. */
const usualLimit = 15_000;
/** A server that asks for more is left to the step's own retry. */
const longestWait = 30_000;

export interface HookOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly limit?: number;
}

/** One message to one webhook; once more where the server says when. */
export async function sendHook(channel: Hook, message: Message, { environment, signal, limit = usualLimit }: HookOptions): Promise<Sent> {
  const { EnvHttpProxyAgent, request } = await import('undici');
  const value = (name: string) => environment[name] ?? environment[name.toUpperCase()] ?? '';
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: value('http_proxy'),
    httpsProxy: value('https_proxy'),
    noProxy: value('no_proxy'),
    allowH2: false,
  });
  const body = JSON.stringify(bodies[channel.type](message));
  const once = async (): Promise<Sent> => {
    const late = AbortSignal.timeout(limit);
    try {
      const answer = await request(channel.url, {
        method: 'POST',
        headers: { ...channel.headers, 'content-type': 'application/json', 'user-agent': 'runwright' },
        body,
        dispatcher,
        signal: AbortSignal.any([late, signal]),
      });
      const status = answer.statusCode;
      const word = firstWord(await start(answer.body));
      if (status >= 200 && status < 300) return { ok: true, notified: 1 };
      const header = answer.headers['retry-after'];
      const wait = retryAfter(Array.isArray(header) ? header[0] : header, Date.now());
      return { ...refusal(status, word), ...(wait === undefined ? {} : { retryAfter: wait }) };
    } catch (error) {
      if (late.aborted) return { ok: false, class: 'timeout', why: `it did not answer within ${limit / 1000} s` };
      const code = errorCode(error);
      const cause = networkCause(code);
      return { ok: false, class: cause?.class ?? 'network', why: cause?.why ?? `the connection failed${code ? ` (${code})` : ''}` };
    }
  };
  try {
    const sent = await once();
    if (sent.ok || sent.retryAfter === undefined || sent.retryAfter > longestWait) return sent;
    await sleep(sent.retryAfter, undefined, { signal }).catch(() => {});
    return signal.aborted ? sent : await once();
  } finally {
    dispatcher.destroy().catch(() => {});
  }
}

function refusal(status: number, word: string): Extract<Sent, { ok: false }> {
  const said = `it was answered with ${status}${word ? ` ${word}` : ''}`;
  if (status === 429) return { ok: false, class: 'rate-limit', why: said };
  if (status === 401 || status === 403) return { ok: false, class: 'auth', why: `${said}; its address may have been withdrawn` };
  if (status === 404 || status === 410) return { ok: false, class: 'not-found', why: `${said}; its address may have been withdrawn` };
  if (status >= 300 && status < 400) return { ok: false, class: 'invalid-input', why: `${said}: it lives elsewhere now` };
  return { ok: false, class: status >= 500 ? 'server-error' : 'invalid-input', why: said };
}

/** As much as tells the reason; the rest is thrown away. */
async function start(body: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length > 2000) break;
  }
  return text;
}

/** Services that say why do so in a word, such as Slack's `no_service`; what is longer may quote what it was sent. */
const firstWord = (text: string): string => /^[a-z][a-z_]{2,40}$/.exec(text.trim())?.[0] ?? '';
