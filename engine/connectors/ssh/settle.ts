import { setTimeout as sleep } from 'node:timers/promises';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import { collect, endRemotely, type Found, hostOf } from './collect.ts';
import type { Context } from './context.ts';
import { ChannelCut } from './shell.ts';

export type Settled = Found | { readonly kind: 'unreachable'; readonly why: Problem };

/** Has the script ended as soon as the attempt is to be stopped. */
export function endWhenStopped({ pool, target, name, stop, grace }: Context): void {
  stop.asked.then(() => endRemotely(pool, target, name, grace)).catch(() => {});
}

/** Resolves a while after the attempt was to be stopped: a host that only seems to listen does not keep it for ever. */
export const overdue = ({ stop, grace, patience }: Context): Promise<undefined> =>
  stop.asked.then(() => sleep(grace + Math.min(patience, 15_000), undefined, { ref: false }));

/** Asks the other side until it answers; the reason when it does not for too long. `adopt`: the script may still run. */
export async function settle(context: Context, adopt: boolean): Promise<Settled> {
  const { pool, target, name, stop, grace, patience } = context;
  const late = overdue(context);
  let lostAt = performance.now();
  for (let wait = 250; ; wait = Math.min(wait * 2, 15_000)) {
    let why: Problem;
    try {
      // One that was asked for while the host was away.
      if (adopt && stop.reason() !== undefined) endRemotely(pool, target, name, grace).catch(() => {});
      const found = await Promise.race([collect(pool, target, name, adopt), late]);
      if (found) return found;
      return { kind: 'unreachable', why: problem('remote-shell', { host: hostOf(target), why: 'it does not answer' }) };
    } catch (error) {
      why = problemOf(error);
      if (error instanceof ChannelCut) {
        // It was reached, so its time begins anew.
        lostAt = performance.now();
        wait = 250;
      }
    }
    if (performance.now() - lostAt > patience) return { kind: 'unreachable', why };
    const stopped = stop.reason() !== undefined;
    const over = await Promise.race([
      sleep(wait, false),
      late.then(() => true),
      // To try at once when the script is to be stopped.
      ...(stopped ? [] : [stop.asked.then(() => false)]),
    ]);
    if (over) return { kind: 'unreachable', why };
  }
}

const problemOf = (error: unknown): Problem =>
  error instanceof ProblemError ? error.problem : problem('internal', { why: error instanceof Error ? error.message : String(error) });
