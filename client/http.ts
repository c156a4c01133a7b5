import { request as httpRequest } from 'node:http';
import * as Value from 'typebox/value';
import { Failure } from '../protocol/api.ts';
import { EngineError, unreachable } from './errors.ts';

export interface Endpoint {
  readonly port: number;
  readonly token?: string;
}

const answerLimit = 64 * 1024 * 1024;

/** One request to the engine on loopback; rejects with EngineError for whatever is not 2xx. */
export async function call(endpoint: Endpoint, method: string, path: string, body?: unknown, timeout = 30_000): Promise<unknown> {
  const { status, text } = await exchange(endpoint, method, path, body, timeout);
  const value = parse(text);
  if (status >= 200 && status < 300) return value;
  if (Value.Check(Failure, value))
    throw new EngineError(value.error ?? { code: 'internal', class: 'unknown', message: value.detail, remedy: '' }, status);
  throw unreachable(`what answers on port ${endpoint.port} is not an engine (status ${status})`);
}

function exchange(
  endpoint: Endpoint,
  method: string,
  path: string,
  body: unknown,
  timeout: number,
): Promise<{ status: number; text: string }> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(endpoint.token ? { authorization: `Bearer ${endpoint.token}` } : {}),
    ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
  };
  return new Promise((resolve, reject) => {
    // No agent: a pooled connection would keep a command line alive and break when the engine was restarted.
    const request = httpRequest({ host: '127.0.0.1', port: endpoint.port, method, path, headers, agent: false, timeout }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > answerLimit) response.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
      response.on('error', (error) => reject(unreachable(error.message)));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeout / 1000} s`)));
    request.on('error', (error) => reject(unreachable(error.message)));
    request.end(payload);
  });
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
