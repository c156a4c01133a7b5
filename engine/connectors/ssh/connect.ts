import { connect as connectSocket, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import { codeOf } from '../local/files.ts';
import { authMethods } from './credentials.ts';
import { families, type HostKeyCheck, hostKeyCheck, orderOfKinds } from './host-key.ts';
import { knownHostsFiles, knownKeys } from './known-hosts.ts';
import { type Hop, nameOf, type Target } from './target.ts';

/** An authenticated connection, with those it goes through. */
export interface Link {
  readonly client: Client;
  close(): void;
  /** Resolves when it is gone, for whatever reason. */
  readonly closed: Promise<void>;
}

export interface ConnectOptions {
  /** Milliseconds for each host: to reach it, agree on keys, and authenticate. */
  readonly timeout: number;
  /** Milliseconds between signs of life; after three without an answer the connection counts as lost. */
  readonly keepalive: number;
}

/** Connects through all hosts on the way; each must show a key that is trusted before anything is sent to it. Rejects with a ProblemError. */
export async function connect(target: Target, options: ConnectOptions): Promise<Link> {
  // Only now: an engine without remote targets does not pay for it.
  const ssh2 = await import('ssh2');
  const clients: Client[] = [];
  const close = () => {
    for (const client of clients.toReversed()) client.end();
  };
  try {
    let last: Client | undefined;
    for (const hop of target.hops) {
      last = await reach(ssh2.default, target, hop, last, options);
      clients.push(last);
    }
    if (!last) throw new Error('no hop');
    const client = last;
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    // One of those on the way may go first.
    void closed.then(close);
    return { client, close, closed };
  } catch (error) {
    close();
    throw error;
  }
}

type Ssh2 = typeof import('ssh2');

/** One host. With a declared fingerprint the host is asked for another kind of key until one fits. */
async function reach(ssh2: Ssh2, target: Target, hop: Hop, through: Client | undefined, options: ConnectOptions): Promise<Client> {
  const known = knownKeys(knownHostsFiles(target.home), hop.host, hop.port);
  let kinds = orderOfKinds(known);
  let refusal: unknown;
  for (;;) {
    const check = hostKeyCheck(hop, known);
    try {
      return await handshake(ssh2, hop, await openSocket(hop, through, options.timeout), options, kinds, check);
    } catch (error) {
      // That the host has no more kinds of keys is not what is wrong.
      if (refusal !== undefined && check.refused() === undefined) throw refusal;
      const left = kinds.filter((kind) => kind !== check.refused());
      if (hop.fingerprint === undefined || left.length === kinds.length || left.length === 0) throw error;
      refusal ??= error;
      kinds = left;
    }
  }
}

/** A TCP connection from here, or through the host before. */
async function openSocket(hop: Hop, through: Client | undefined, timeout: number): Promise<Socket | Duplex> {
  const { host, port } = hop;
  const late = new ProblemError(problem('host-unreachable', { host, port, why: `no answer within ${timeout / 1000} s` }));
  if (through) {
    return await within(
      timeout,
      late,
      new Promise<Duplex>((resolve, reject) =>
        through.forwardOut('127.0.0.1', 0, host, port, (error, channel) =>
          error
            ? reject(new ProblemError(problem('host-unreachable', { host, port, why: `from the host before: ${error.message}` })))
            : resolve(channel),
        ),
      ),
    );
  }
  const socket = connectSocket({ host, port, noDelay: true, keepAlive: true });
  try {
    await within(
      timeout,
      late,
      new Promise<void>((resolve, reject) => {
        socket.once('connect', () => resolve());
        socket.once('error', (error) => reject(socketProblem(hop, error)));
      }),
    );
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function socketProblem({ host, port }: Hop, error: Error): ProblemError {
  const code = codeOf(error);
  if (code === 'ENOTFOUND') return new ProblemError(problem('host-name', { host }));
  if (code === 'EAI_AGAIN') return new ProblemError(problem('host-name', { host }, { class: 'network' }));
  if (code === 'ECONNREFUSED') return new ProblemError(problem('host-refused', { host, port }));
  return new ProblemError(problem('host-unreachable', { host, port, why: code }));
}

function handshake(
  ssh2: Ssh2,
  hop: Hop,
  socket: Socket | Duplex,
  options: ConnectOptions,
  kinds: readonly string[],
  check: HostKeyCheck,
): Promise<Client> {
  const { promise, resolve, reject } = Promise.withResolvers<Client>();
  const client = new ssh2.Client();
  const host = nameOf(hop);
  let offered: readonly string[] = [];
  let agentFailed = false;
  const tried = new Set<string>();
  const refused = () =>
    problem('ssh-auth', { host, tried: [...tried].join(' nor ') || 'anything we have', methods: offered.join(', ') || 'nothing' });
  const fail = (found: Problem) => {
    reject(new ProblemError(found));
    client.destroy();
    socket.destroy();
  };

  client.on('ready', () => resolve(client));
  client.on('error', (error) => {
    const { level } = error;
    // One way to authenticate that fails is followed by the next.
    if (level === 'agent') agentFailed = true;
    else if (level === 'client-authentication' && !/^All configured/.test(error.message)) return;
    else if (level === 'client-authentication')
      fail(agentFailed && tried.size === 1 ? problem('ssh-agent', { why: `nothing answers at ${agentOf(hop)}` }) : refused());
    else fail(check.problem() ?? connectionProblem(hop, error, tried.size > 0 ? refused() : undefined, options.timeout));
  });
  client.on('close', () => fail(check.problem() ?? problem('ssh-failed', { host, why: 'it was closed from the other side' })));
  try {
    const methods = authMethods(hop, (text) => ssh2.utils.parseKey(text));
    if (methods.length === 0)
      throw new ProblemError(problem('ssh-auth', { host, tried: 'anything we have', methods: 'a key' }, { remedy: noKeys }));
    client.connect({
      sock: socket,
      username: hop.user,
      readyTimeout: options.timeout,
      keepaliveInterval: options.keepalive,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: kinds.flatMap((kind) => families[kind] ?? []) },
      hostVerifier: (key: Buffer) => check.accept(key),
      authHandler: (left, _partial, next) => {
        offered = left ?? offered;
        const method = methods.shift();
        if (!method) return false;
        tried.add(method.type === 'keyboard-interactive' ? 'password' : method.type === 'publickey' ? 'key' : method.type);
        next(method);
        return undefined;
      },
    });
  } catch (error) {
    socket.destroy();
    reject(error instanceof ProblemError ? error : new ProblemError(problem('ssh-failed', { host, why: codeOf(error) })));
  }
  return promise;
}

const noKeys = "There is no agent and no usable key in ~/.ssh: name one under the target's `key`, or write `agent: true` or `password`.";

const agentOf = ({ credentials }: Hop): string =>
  credentials.kind === 'agent' || credentials.kind === 'usual' ? (credentials.socket ?? '') : '';

function connectionProblem(hop: Hop, error: Error & { level?: string }, refused: Problem | undefined, timeout: number): Problem {
  const host = nameOf(hop);
  if (error.level === 'client-timeout')
    return problem('host-unreachable', { host: hop.host, port: hop.port, why: `no answer within ${timeout / 1000} s` });
  if (/authentication failures/i.test(error.message) && refused) return refused;
  if (/no matching/i.test(error.message))
    return problem(
      'ssh-failed',
      { host, why: `both sides know no common ${error.message.replace(/^.*no matching /i, '')}` },
      { class: 'invalid-input' },
    );
  return problem('ssh-failed', { host, why: error.message.slice(0, 200) });
}

async function within<T>(time: number, late: Error, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late), time);
  work.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
