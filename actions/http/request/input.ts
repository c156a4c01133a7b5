import { type DurationResult, parseDuration } from '../../../runbook/core/duration.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { type Service, serviceUrl } from './service.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  expects(status: number): boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

export type Input = { readonly ok: true; readonly request: HttpRequest } | { readonly ok: false; readonly why: string };

/** They frame the message: one that lies about itself could smuggle in a second. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What the schema cannot say. `why` never quotes a value, which may be secret. `service`: the target that the step runs on, if any. */
export function readInput(input: Readonly<Record<string, Json>>, service?: Service): Input {
  const url = service ? serviceUrl(service, textOf(input.url ?? '')) : readUrl(input.url);
  if (typeof url === 'string') return wrong(url);
  for (const [name, value] of Object.entries(objectOf(input.query))) {
    if (value === null) continue;
    for (const item of Array.isArray(value) ? value : [value]) url.searchParams.append(name, textOf(item));
  }
  const own = readHeaders(objectOf(input.headers));
  if (typeof own === 'string') return wrong(own);
  const headers = { ...service?.headers, ...own };
  if (input.json !== undefined && input.body !== undefined) return wrong('json and body cannot both be given');
  const method = textOf(input.method ?? 'GET');
  const body = input.json === undefined ? (input.body === undefined ? undefined : textOf(input.body)) : JSON.stringify(input.json);
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) return wrong(`a ${method} request has no body`);
  if (input.json !== undefined) headers['content-type'] ??= 'application/json';
  const timeout: DurationResult = parseDuration(textOf(input.timeout ?? '30s'));
  if (!timeout.ok) return wrong(`timeout ${timeout.message}`);
  if (timeout.milliseconds === 0) return wrong('timeout must be longer than nothing');
  const expected = ranges(input.expect ?? '2xx');
  return {
    ok: true,
    request: {
      method,
      url,
      headers,
      body,
      timeout: Math.min(timeout.milliseconds, 2 ** 31 - 1),
      expects: (status) => expected.some(([from, to]) => status >= from && status <= to),
    },
  };
}

/** Also for the address of a redirect. A text says what is wrong. */
export function readUrl(value: Json | undefined, base?: URL): URL | string {
  const text = textOf(value ?? '');
  // The parser would drop line ends and tabs without a word.
  if ([...text.trim()].some((char) => char <= ' ' || char === '\x7f'))
    return 'url holds a space or a control character; encode it, or use query';
  if (!URL.canParse(text, base?.href)) return 'url is not an absolute address such as https://example.net/path';
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `url must begin with http:// or https://, not ${url.protocol}`;
  if (url.username || url.password) return 'url holds a user name or password; put them into headers, from a secret';
  url.hash = '';
  return url;
}

/** Names in lower case. A text says what is wrong. */
export function readHeaders(given: Readonly<Record<string, Json>>): Record<string, string> | string {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase();
    const text = textOf(value).trim();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(key)) return `headers: ${JSON.stringify(name.slice(0, 40))} is not a header's name`;
    if (ownHeaders.has(key)) return `headers: ${name} is set by the engine`;
    if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(text))
      return `headers: the value of ${name} holds a line end or another character that no header may have`;
    if (Object.hasOwn(headers, key)) return `headers: ${name} is given twice`;
    headers[key] = text;
  }
  return headers;
}

function ranges(expect: Json): [number, number][] {
  if (Array.isArray(expect)) return expect.flatMap(ranges);
  const text = textOf(expect);
  const [from = '', to = from] = text.split('-');
  return [[Number(from.replace('xx', '00')), Number(to.replace('xx', '99'))]];
}

const objectOf = (value: Json | undefined): Readonly<Record<string, Json>> => (isObject(value) ? value : {});
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
const wrong = (why: string): Input => ({ ok: false, why });
