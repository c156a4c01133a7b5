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
  const code = codeOf(error);
  const cause = causes[code] ?? (isCertificate(code) ? { ...certificate, why: `its certificate is not trusted (${code})` } : undefined);
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

interface Cause {
  readonly class: ErrorClass;
  readonly why: string;
  readonly remedy?: string;
}
const causes: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: { class: 'network', why: 'nothing listens there (ECONNREFUSED)', remedy: 'Start the server, or correct host and port.' },
  ENOTFOUND: {
    class: 'network',
    why: 'there is no host of that name (ENOTFOUND)',
    remedy: 'Correct the name, or check the DNS of this machine.',
  },
  EAI_AGAIN: {
    class: 'network',
    why: 'the name could not be looked up (EAI_AGAIN)',
    remedy: 'Check the network and the DNS of this machine.',
  },
  EHOSTUNREACH: {
    class: 'network',
    why: 'there is no way to the host (EHOSTUNREACH)',
    remedy: 'Check the network, the VPN and the routes of this machine.',
  },
  ENETUNREACH: {
    class: 'network',
    why: 'there is no way to the network (ENETUNREACH)',
    remedy: 'Check the network, the VPN and the routes of this machine.',
  },
  ECONNRESET: { class: 'network', why: 'the server cut the connection (ECONNRESET)' },
  EPIPE: { class: 'network', why: 'the server cut the connection (EPIPE)' },
  UND_ERR_SOCKET: { class: 'network', why: 'the server cut the connection' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { class: 'network', why: 'the answer was cut short' },
  ETIMEDOUT: { ...slow, why: 'the connection timed out (ETIMEDOUT)' },
  UND_ERR_CONNECT_TIMEOUT: { ...slow, why: 'no connection within the time limit' },
  UND_ERR_HEADERS_TIMEOUT: { ...slow, why: 'no answer within the time limit' },
  UND_ERR_BODY_TIMEOUT: { ...slow, why: 'the answer was not complete within the time limit' },
  TIMEOUT: { ...slow, why: 'it was not done within the time limit' },
  CERT_HAS_EXPIRED: { ...certificate, why: 'its certificate has expired (CERT_HAS_EXPIRED)' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { ...certificate, why: 'its certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)' },
  SELF_SIGNED_CERT_IN_CHAIN: { ...certificate, why: 'its certificate comes from an unknown authority (SELF_SIGNED_CERT_IN_CHAIN)' },
  ERR_TLS_CERT_ALTNAME_INVALID: { ...certificate, why: 'its certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)' },
  EPROTO: { class: 'invalid-input', why: 'it does not speak TLS there (EPROTO)', remedy: 'Use http:// or another port.' },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    class: 'invalid-input',
    why: 'it does not speak TLS there (ERR_SSL_WRONG_VERSION_NUMBER)',
    remedy: 'Use http:// or another port.',
  },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    class: 'invalid-input',
    why: 'it does not speak TLS there (ERR_SSL_PACKET_LENGTH_TOO_LONG)',
    remedy: 'Use http:// or another port.',
  },
};

const isCertificate = (code: string) => /CERT|^UNABLE_TO_/.test(code);

/** The first code of the error, its parts or its causes. Messages are not used: they may quote what was sent. */
function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 5) return '';
  const inner = error instanceof AggregateError ? error.errors.map((part) => codeOf(part, depth + 1)).find((code) => code) : undefined;
  const own = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return inner || own || codeOf(error.cause, depth + 1);
}
