import type { ErrorClass } from '../../runbook/core/errors.ts';

/** Why there is no connection, in words, and what to do about it. */
export interface Cause {
  readonly class: ErrorClass;
  readonly why: string;
  readonly remedy?: string;
}

export const networkCause = (code: string): Cause | undefined => (Object.hasOwn(causes, code) ? causes[code] : undefined);

const slow = { class: 'timeout' as const, remedy: 'Find out what slows the server or the network, or raise `timeout`.' };
const route = { class: 'network' as const, remedy: 'Check the network, the VPN and the routes of this machine.' };
const certificate = { class: 'auth' as const };

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
  EHOSTUNREACH: { ...route, why: 'there is no way to the host (EHOSTUNREACH)' },
  ENETUNREACH: { ...route, why: 'there is no way to the network (ENETUNREACH)' },
  ECONNRESET: { class: 'network', why: 'the server cut the connection (ECONNRESET)' },
  EPIPE: { class: 'network', why: 'the server cut the connection (EPIPE)' },
  ETIMEDOUT: { ...slow, why: 'the connection timed out (ETIMEDOUT)' },
  CERT_HAS_EXPIRED: { ...certificate, why: 'its certificate has expired (CERT_HAS_EXPIRED)' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { ...certificate, why: 'its certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)' },
  SELF_SIGNED_CERT_IN_CHAIN: { ...certificate, why: 'its certificate comes from an unknown authority (SELF_SIGNED_CERT_IN_CHAIN)' },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    ...certificate,
    why: 'its certificate comes from an unknown authority (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    ...certificate,
    why: 'its certificate comes from an unknown authority (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: { ...certificate, why: 'its certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)' },
};

/** The first code of the error, its parts or its causes. Messages are not used: they may quote what was sent. */
export function errorCode(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 5) return '';
  const inner = error instanceof AggregateError ? error.errors.map((part) => errorCode(part, depth + 1)).find((code) => code) : undefined;
  const own = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return inner || own || errorCode(error.cause, depth + 1);
}
