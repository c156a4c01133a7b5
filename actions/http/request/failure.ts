import { type Cause, errorCode, networkCause } from '../../../engine/connectors/network.ts';
import { type ErrorClass, type Problem, problem } from '../../../runbook/core/errors.ts';

/** Method and address as they may be shown: parameters often hold what is nobody's business. */
export const shown = (url: URL): string => `${url.origin}${url.pathname}${url.search ? '?…' : ''}`;

export function statusProblem(method: string, url: URL, status: number): Problem {
  const meaning = meanings[status] ?? families[Math.floor(status / 100)] ?? fallback;
  return problem('http-status', { method, url: shown(url), status }, { class: meaning.class, remedy: meaning.remedy });
}

/** What a status says about what happens next. */
interface Meaning {
  readonly class: ErrorClass;
  readonly remedy: string;
}
const fallback: Meaning = { class: 'server-error', remedy: 'See the body of the answer for the reason, or list the status in `expect`.' };
const meanings: Readonly<Record<number, Meaning>> = {
  401: {
    class: 'auth',
    remedy: 'The server does not know who asks: check that the token or password in `headers` is there, is right and has not expired.',
  },
  403: { class: 'auth', remedy: 'The server knows who asks and refuses: give that account the right, or use another one.' },
  404: { class: 'not-found', remedy: 'Check the path of the address, and that what it names exists.' },
  407: {
    class: 'auth',
    remedy: 'The proxy wants to know who asks: give it a user and password in the proxy variables of the environment.',
  },
  408: { class: 'timeout', remedy: 'The server waited too long for the request: try again, or find out what slows the connection.' },
  410: { class: 'not-found', remedy: 'What the address names is gone for good: find out what took its place.' },
  413: { class: 'invalid-input', remedy: 'The body is too large for the server: send less, or in parts.' },
  415: { class: 'invalid-input', remedy: 'The server does not take this kind of body: set `Content-Type` in `headers`, or use `json`.' },
  429: { class: 'rate-limit', remedy: 'The server asks for fewer requests: wait, or spread them; with `retry` its Retry-After is obeyed.' },
};
const families: Readonly<Record<number, Meaning>> = {
  2: { class: 'invalid-input', remedy: 'The request succeeded with a status that `expect` does not list.' },
  3: { class: 'invalid-input', remedy: 'The server points elsewhere: use the new address, or list the status in `expect`.' },
  4: { class: 'invalid-input', remedy: 'The server does not accept the request: its body says what is wrong with it.' },
  5: { class: 'server-error', remedy: 'The server or something behind it failed: look at its logs, or try again later.' },
};

export function networkProblem(method: string, url: URL, error: unknown): Problem {
  const code = errorCode(error);
  const cause = causeOf(code);
  const why = cause?.why ?? (code ? `the connection failed (${code})` : 'the connection failed');
  return problem(
    'http-failed',
    { method, url: shown(url), why },
    cause ? { class: cause.class, ...(cause.remedy && { remedy: cause.remedy }) } : {},
  );
}

const certificate = {
  class: 'auth' as const,
  remedy: 'Renew or correct the certificate, or make its authority known to the engine with NODE_EXTRA_CA_CERTS.',
};
const slow = { class: 'timeout' as const, remedy: 'Find out what slows the server or the network, or raise `timeout`.' };
const plain = { class: 'invalid-input' as const, remedy: 'Use http:// or another port.' };

/** What only a client of HTTP meets; the rest is the network's. */
const causes: Readonly<Record<string, Cause>> = {
  UND_ERR_SOCKET: { class: 'network', why: 'the server cut the connection' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { class: 'network', why: 'the answer was cut short' },
  UND_ERR_CONNECT_TIMEOUT: { ...slow, why: 'no connection within the time limit' },
  UND_ERR_HEADERS_TIMEOUT: { ...slow, why: 'no answer within the time limit' },
  UND_ERR_BODY_TIMEOUT: { ...slow, why: 'the answer was not complete within the time limit' },
  TIMEOUT: { ...slow, why: 'it was not done within the time limit' },
  EPROTO: { ...plain, why: 'it does not speak TLS there (EPROTO)' },
  ERR_SSL_WRONG_VERSION_NUMBER: { ...plain, why: 'it does not speak TLS there (ERR_SSL_WRONG_VERSION_NUMBER)' },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { ...plain, why: 'it does not speak TLS there (ERR_SSL_PACKET_LENGTH_TOO_LONG)' },
};

const isCertificate = (code: string) => /CERT|^UNABLE_TO_/.test(code);

/** Certificates have a remedy of their own here. */
function causeOf(code: string): Cause | undefined {
  const known = Object.hasOwn(causes, code) ? causes[code] : networkCause(code);
  if (!isCertificate(code)) return known;
  return { ...certificate, why: known?.why ?? `its certificate is not trusted (${code})` };
}
