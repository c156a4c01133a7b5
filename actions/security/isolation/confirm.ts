import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionContext } from '../../../engine/connectors/action.ts';
import { sshHost } from '../../../engine/connectors/host/ssh.ts';
import type { Host } from '../../../engine/connectors/host.ts';
import { createPool, usualPool } from '../../../engine/connectors/ssh/pool.ts';
import { resolveTarget } from '../../../engine/connectors/ssh/target.ts';
import { type ErrorClass, ProblemError } from '../../../runbook/core/errors.ts';

/** What may be otherwise a moment later. */
const passing: ReadonlySet<ErrorClass> = new Set(['network', 'timeout', 'unknown']);
/** Milliseconds for one try to connect. */
const oneTry = 10_000;

/**
 * The same machine over a connection that nobody used before: only that shows that the way is open. `work` is tried again until it is
 * done or `signal` ends; then the last error is thrown. On this machine there is no connection, and `host` does.
 */
export async function overNewConnection<T>(
  host: Host,
  context: ActionContext,
  signal: AbortSignal,
  work: (host: Host) => Promise<T>,
): Promise<T> {
  const { connection, environment } = context;
  if (connection?.type !== 'ssh') return work(host);
  const target = resolveTarget(host.name, connection, environment);
  let last: unknown = new Error('there was no time for a single try');
  while (!signal.aborted) {
    const pool = createPool({ ...usualPool, timeout: Math.min(oneTry, usualPool.timeout), idle: 0 });
    try {
      return await unlessAborted(signal, work(sshHost({ name: host.name, target, pool, signal })));
    } catch (error) {
      if (!signal.aborted && !(error instanceof ProblemError && passing.has(error.problem.class))) throw error;
      if (!signal.aborted) last = error;
    } finally {
      pool.close();
    }
    await sleep(500, undefined, { signal }).catch(() => {});
  }
  throw last;
}

/** A host that no longer answers ends nothing by itself. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  work.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
