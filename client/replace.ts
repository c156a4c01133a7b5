import { setTimeout as sleep } from 'node:timers/promises';
import { protocolVersion } from '../protocol/version.ts';
import { draining } from './errors.ts';
import { call } from './http.ts';
import type { Found } from './probe.ts';

/** Milliseconds that an engine may take to finish what runs inside it (it gives up after 60 s), and to end. */
const patience = 70_000;

/** Whether the engine belongs to an older Runwright than this client. Versions that are no versions are never older. */
export function isOlder({ health }: Pick<Found, 'health'>, version: string): boolean {
  if (health.protocol !== protocolVersion) return health.protocol < protocolVersion;
  const [theirs, ours] = [numbers(health.version), numbers(version)];
  if (!theirs || !ours) return false;
  const at = theirs.findIndex((part, index) => part !== ours[index]);
  return at >= 0 && (theirs[at] ?? 0) < (ours[at] ?? 0);
}

function numbers(version: string): number[] | undefined {
  const [, ...parts] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? [];
  return parts.length === 3 ? parts.map(Number) : undefined;
}

/** Asks an engine to finish what runs and to hold the rest for the next one; resolves when its process is gone. Rejects with `engine-draining`. */
export async function drain({ daemon, tokens, health }: Found): Promise<void> {
  // Every engine of every version has this route; an older one does not know `drain` and ends a little sooner.
  await call({ port: daemon.port, token: tokens.person }, 'POST', '/v1/shutdown', { drain: true }).catch(() => undefined);
  for (const end = performance.now() + patience; lives(health.pid); await sleep(40))
    if (performance.now() > end) throw draining(health.version);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
