import type { ClientChannel } from 'ssh2';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { type ConnectOptions, connect, type Link } from './connect.ts';
import { nameOf, type Target } from './target.ts';

export interface PoolOptions extends ConnectOptions {
  /** Milliseconds after its last use that a connection is kept. */
  readonly idle: number;
}

/** In milliseconds. */
export const usualPool: PoolOptions = { idle: 30_000, timeout: 20_000, keepalive: 15_000 };

/** Connections by target, shared by all that runs there at the same time, and closed when nothing does. */
export interface Pool {
  /** Milliseconds a remote shell may take to begin. */
  readonly timeout: number;
  /** A remote `sh` that waits for a program on its stdin. Rejects with a ProblemError. */
  shell(target: Target): Promise<ClientChannel>;
  /** Of connections that are open or being opened. */
  size(): number;
  close(): void;
}

/** Servers usually allow ten sessions on one connection. */
const usualSessions = 10;

interface Entry {
  readonly link: Promise<Link>;
  /** Sessions open or being opened. */
  used: number;
  most: number;
  timer?: NodeJS.Timeout;
}

export function createPool(options: PoolOptions): Pool {
  const entries = new Map<string, Entry[]>();

  const remove = (key: string, entry: Entry) => {
    clearTimeout(entry.timer);
    const left = (entries.get(key) ?? []).filter((other) => other !== entry);
    if (left.length > 0) entries.set(key, left);
    else entries.delete(key);
  };

  const take = (target: Target): { readonly entry: Entry; readonly fresh: boolean } => {
    const known = entries.get(target.key) ?? [];
    const free = known.find(({ used, most }) => used < most);
    if (free) {
      free.used++;
      clearTimeout(free.timer);
      return { entry: free, fresh: false };
    }
    const link = connect(target, options);
    const entry: Entry = { link, used: 1, most: usualSessions };
    entries.set(target.key, [...known, entry]);
    link.then(
      ({ closed }) => closed.then(() => remove(target.key, entry)),
      () => remove(target.key, entry),
    );
    return { entry, fresh: true };
  };

  const release = (target: Target, entry: Entry) => {
    entry.used--;
    if (entry.used > 0) return;
    entry.timer = setTimeout(() => {
      remove(target.key, entry);
      entry.link.then(
        (link) => link.close(),
        () => {},
      );
    }, options.idle);
    entry.timer.unref();
  };

  return {
    timeout: options.timeout,
    async shell(target) {
      for (;;) {
        const { entry, fresh } = take(target);
        try {
          const channel = await openShell(await entry.link);
          channel.once('close', () => release(target, entry));
          return channel;
        } catch (error) {
          release(target, entry);
          // One that was refused may be one too many for this connection; a fresh one that takes none is of no use.
          if (isRefusal(error)) entry.most = Math.min(entry.most, entry.used);
          else remove(target.key, entry);
          if (error instanceof ProblemError) throw error;
          if (!fresh) continue;
          const why = error instanceof Error ? error.message : String(error);
          throw new ProblemError(problem('ssh-failed', { host: nameOf(target.hops.at(-1) ?? target.hops[0]), why }));
        }
      }
    },
    size: () => [...entries.values()].flat().length,
    close() {
      for (const [key, list] of entries) {
        for (const entry of list) {
          remove(key, entry);
          entry.link.then(
            (link) => link.close(),
            () => {},
          );
        }
      }
    },
  };
}

const isRefusal = (error: unknown): boolean => error instanceof Error && /Channel open failure/.test(error.message);

function openShell({ client }: Link): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    // In place of the login shell, whatever kind that is.
    client.exec('exec sh', (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}
