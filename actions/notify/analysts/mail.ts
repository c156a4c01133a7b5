import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { errorCode, networkCause } from '../../../engine/connectors/network.ts';
import type { ErrorClass } from '../../../runbook/core/errors.ts';
import type { Mail } from './channels.ts';
import { type Message, origin } from './message.ts';
import type { Sent } from './sent.ts';

/** Milliseconds for each: to connect, to be greeted, and of silence. */
const limit = 15_000;

/** Over a socket of our own: the library would let one that is cancelled go on. */
export async function sendMail(channel: Mail, message: Message, signal: AbortSignal): Promise<Sent> {
  let socket: Socket | undefined;
  const stop = () => void socket?.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { createTransport } = await import('nodemailer');
    socket = await connected(channel, signal);
    const { accepted, rejected } = await createTransport({ ...options(channel), connection: socket }).sendMail(letter(channel, message));
    const missed = rejected.length === 0 ? {} : { missed: `the server refused ${rejected.length} of ${channel.to.length} recipients` };
    return { ok: true, notified: accepted.length, ...missed };
  } catch (error) {
    return signal.aborted ? { ok: false, class: 'cancelled', why: 'it was cancelled' } : refusal(error);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function connected({ host, port }: Mail, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(limit)]) });
    return socket;
  } catch (error) {
    socket.destroy();
    throw errorCode(error) === 'ABORT_ERR' ? Object.assign(new Error(), { code: 'ETIMEDOUT' }) : error;
  }
}

const options = ({ host, port, security, user, password, ca }: Mail) => ({
  host,
  port,
  secure: security === 'tls',
  requireTLS: security === 'starttls',
  ignoreTLS: security === 'none',
  ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
  tls: { minVersion: 'TLSv1.2' as const, ...(ca === undefined ? {} : { ca }) },
  connectionTimeout: limit,
  greetingTimeout: limit,
  socketTimeout: limit,
  disableFileAccess: true,
  disableUrlAccess: true,
});

const letter = ({ from, to }: Mail, message: Message) => ({
  from,
  to: [...to],
  subject: `[${message.severity}] ${message.title}`,
  text: `${message.text}\n\n-- \n${origin(message)}\n${message.time}\n`,
  priority: message.severity === 'high' || message.severity === 'critical' ? ('high' as const) : ('normal' as const),
  headers: { 'Auto-Submitted': 'auto-generated' },
});

const meanings: Readonly<Record<string, { readonly class: ErrorClass; readonly why: string }>> = {
  EAUTH: { class: 'auth', why: 'the server does not accept user and password' },
  ENOAUTH: { class: 'auth', why: 'the server wants a user and a password' },
  EOAUTH2: { class: 'auth', why: 'the server does not accept user and password' },
  ETLS: { class: 'auth', why: 'the server does not speak TLS there; see `security` and `port`' },
  EENVELOPE: { class: 'invalid-input', why: 'the server refuses the sender or all recipients' },
  EMESSAGE: { class: 'invalid-input', why: 'the server refuses the message' },
  EDNS: { class: 'not-found', why: 'there is no host of that name' },
  EPROTOCOL: { class: 'network', why: 'what answers there is no mail server' },
  ETIMEDOUT: { class: 'timeout', why: `it did not answer within ${limit / 1000} s` },
  ECONNECTION: { class: 'network', why: 'the connection failed' },
  ESOCKET: { class: 'network', why: 'the connection failed' },
};

/** The library's sentences may quote what was said; its codes and the server's number do not. */
function refusal(error: unknown): Sent {
  const outer = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const number =
    error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined;
  const cause = networkCause(errorCode(error)) ?? networkCause(certificate(error));
  const meaning = cause ?? meanings[outer] ?? { class: 'network' as const, why: 'the connection failed' };
  // 4xx: not now.
  const kind = number !== undefined && number >= 400 && number < 500 && outer !== 'EAUTH' ? 'server-error' : meaning.class;
  return { ok: false, class: kind, why: `${meaning.why}${number === undefined ? '' : ` (${number})`}` };
}

/** The library puts a name of its own over that of a certificate that fails; what is wrong is left in the sentence. */
const certificate = (error: unknown): string => {
  const message = error instanceof Error ? error.message : '';
  return /self[- ]signed certificate in/i.test(message)
    ? 'SELF_SIGNED_CERT_IN_CHAIN'
    : /self[- ]signed/i.test(message)
      ? 'DEPTH_ZERO_SELF_SIGNED_CERT'
      : /altnames|does not match/i.test(message)
        ? 'ERR_TLS_CERT_ALTNAME_INVALID'
        : /unable to (verify|get)/i.test(message)
          ? 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
          : '';
};
