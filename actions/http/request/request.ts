import type { Dispatcher } from 'undici';
import type { ActionCode, ActionContext } from '../../../engine/connectors/action.ts';
import type { Outcome } from '../../../engine/kernel/command.ts';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { BodyTooLarge, jsonOf, readBody, textOf } from './body.ts';
import { networkProblem, shown, statusProblem } from './failure.ts';
import { type HttpRequest, readHeaders, readInput, readUrl } from './input.ts';
import { isRedirect, mostRedirects, redirected } from './redirect.ts';
import { retryAfter } from './retry-after.ts';
import { readService } from './service.ts';

const connectTimeout = 10_000;
/** How much of a refusal's body is worth reading in the step's output. */
const excerpt = 2000;

export const httpRequest: ActionCode = async (input, context) => {
  let read: ReturnType<typeof readInput>;
  try {
    const { connection } = context;
    read = readInput(input, connection?.type === 'http' ? readService(connection, { url: readUrl, headers: readHeaders }) : undefined);
  } catch (error) {
    if (error instanceof ProblemError) return failed(error.problem);
    throw error;
  }
  if (!read.ok) return failed(problem('action-input', { action: 'http/request', why: read.why }));
  const { EnvHttpProxyAgent, request: send } = await import('undici');
  const { timeout } = read.request;
  const dispatcher = new EnvHttpProxyAgent({
    ...proxies(context.environment),
    connect: { timeout: Math.min(connectTimeout, timeout) },
    headersTimeout: timeout,
    bodyTimeout: timeout,
    allowH2: false,
  });
  const limit = AbortSignal.timeout(timeout);
  const signal = AbortSignal.any([limit, context.signal]);
  let current = read.request;
  try {
    for (let redirects = 0; ; redirects++) {
      context.log(`${current.method} ${shown(current.url)}`);
      const answer = await send(current.url, {
        method: current.method,
        headers: { 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'runwright', ...current.headers },
        body: current.body ?? null,
        dispatcher,
        signal,
      });
      const status = answer.statusCode;
      const next = isRedirect(status) && !current.expects(status) ? redirected(current, status, first(answer.headers.location)) : undefined;
      if (!next) return await outcomeOf(current, answer, context);
      await answer.body.dump().catch(() => {});
      if (!next.ok)
        return failed(
          problem(
            'http-failed',
            { method: current.method, url: shown(current.url), why: next.why },
            { class: 'invalid-input', remedy: 'Find out where the service lives now and use that address.' },
          ),
        );
      if (redirects >= mostRedirects)
        return failed(
          problem(
            'http-failed',
            { method: current.method, url: shown(current.url), why: `it was redirected more than ${mostRedirects} times` },
            { class: 'invalid-input', remedy: 'Follow the redirects by hand: they most likely go in a circle.' },
          ),
        );
      context.log(`${status}, redirected`);
      current = next.request;
    }
  } catch (error) {
    if (context.signal.aborted) return { kind: 'cancelled' };
    if (error instanceof BodyTooLarge)
      return failed(problem('output-too-large', { what: `The answer of ${shown(current.url)}`, limit: '10 MiB' }));
    return failed(networkProblem(current.method, current.url, limit.aborted ? Object.assign(new Error(), { code: 'TIMEOUT' }) : error));
  } finally {
    dispatcher.destroy().catch(() => {});
  }
};

async function outcomeOf(request: HttpRequest, answer: Dispatcher.ResponseData, context: ActionContext): Promise<Outcome> {
  const status = answer.statusCode;
  const contentType = first(answer.headers['content-type']) ?? '';
  const bytes = await readBody(answer.body, request.method === 'HEAD' ? undefined : first(answer.headers['content-encoding']));
  const body = textOf(bytes, contentType);
  context.log(`${status} ${answer.statusText}, ${bytes.length} bytes`);
  const outputs: Record<string, Json> = {
    status,
    headers: headersOf(answer.headers),
    body,
    json: jsonOf(body, contentType),
    url: request.url.href,
  };
  if (request.expects(status)) return { kind: 'succeeded', outputs };
  if (body) context.log(body.length > excerpt ? `${body.slice(0, excerpt)}…` : body);
  const wait = retryAfter(first(answer.headers['retry-after']), Date.now());
  return {
    kind: 'failed',
    error: statusProblem(request.method, request.url, status),
    outputs,
    ...(wait !== undefined && { retryAfter: wait }),
  };
}

/** The client's, never the engine's own: an empty text keeps the agent from looking there. */
function proxies(environment: Readonly<Record<string, string>>) {
  const value = (name: string) => environment[name] ?? environment[name.toUpperCase()] ?? '';
  return { httpProxy: value('http_proxy'), httpsProxy: value('https_proxy'), noProxy: value('no_proxy') };
}

const headersOf = (headers: Dispatcher.ResponseData['headers']): Record<string, Json> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]): [string, Json][] => (value === undefined ? [] : [[name, value]])));

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
const failed = (error: Problem): Outcome => ({ kind: 'failed', error });
