import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { type Entries, type Hold, iso, withHold } from '../holds.ts';
import { storeOn } from '../store.ts';
import { overNewConnection, unlessAborted } from './confirm.ts';
import { isolationTable, type Open, wholeHost } from './table.ts';

export interface Isolation {
  readonly open: Open;
  /** Milliseconds since 1970; null: without an end. */
  readonly expires: number | null;
  /** Milliseconds that the host waits for us. */
  readonly confirm: number;
}

/**
 * 1. The rules come with an end a few seconds from now. 2. Over a new connection that end is moved to where it shall be. If 2 fails,
 * whatever the reason, the host opens itself: by our word where it can still be had, else by its own timer.
 */
export async function isolate(
  { open, expires, confirm }: Isolation,
  context: ActionContext,
): Promise<{ readonly hold: string; readonly already: boolean }> {
  const host = await context.host();
  const table = isolationTable(open);
  const store = storeOn(host, table, context, context.signal);
  const armed = Date.now() + confirm;
  const until = expires === null ? armed : Math.min(armed, expires);
  const limit = AbortSignal.timeout(confirm);
  const signal = AbortSignal.any([context.signal, limit]);
  const others = (entries: Entries) => (entries.get(wholeHost) ?? []).filter(({ id }) => id !== store.hold);
  const hold = (end: number | null): Hold => ({ id: store.hold, expires: end });
  const arm = store.change((entries) => {
    const already = others(entries).length > 0;
    entries.set(wholeHost, withHold(entries.get(wholeHost) ?? [], hold(until)));
    return already;
  });
  try {
    // A host that no longer answers ends nothing by itself.
    const already = await unlessAborted(signal, arm);
    context.log(`isolated; it opens itself again by ${iso(until)} unless we come back`);
    await overNewConnection(host, context, signal, (fresh) =>
      storeOn(fresh, table, context, signal).change((entries) => {
        const holds = entries.get(wholeHost) ?? [];
        if (!holds.some(({ id }) => id === store.hold)) throw new ProblemError(gone(host.name));
        entries.set(wholeHost, withHold(holds, hold(expires)));
      }),
    );
    context.log(`confirmed over a new connection; ${expires === null ? 'no end' : `until ${iso(expires)}`}`);
    return { hold: store.hold, already };
  } catch (error) {
    const found = error instanceof ProblemError ? error.problem : undefined;
    // Then nothing was changed.
    if (found && ['nft-missing', 'nft-permission', 'nft-failed'].includes(found.code)) throw error;
    const lifted = await lift(host.name, store.hold, table, context);
    if (context.signal.aborted || found?.code === 'isolation-unconfirmed') throw error;
    const why = limit.aborted || !found ? `no answer within ${confirm / 1000} s` : found.message.replace(/\.$/, '');
    const state = lifted ? 'what this step did there was taken back' : `it opens itself again by ${iso(until)}`;
    throw new ProblemError(problem('isolation-unconfirmed', { host: host.name, why, state }));
  }
}

const gone = (host: string) => problem('isolation-unconfirmed', { host, why: 'it had opened itself', state: 'it is open' });

/** Milliseconds to take it back where something went wrong: less than an action that is cancelled may take. */
const patience = 8000;

/** Over whichever connection still works. Whether it is known to be done. */
async function lift(name: string, hold: string, table: ReturnType<typeof isolationTable>, context: ActionContext): Promise<boolean> {
  const signal = AbortSignal.timeout(patience);
  const work = overNewConnection(await context.host(), context, signal, (host) =>
    storeOn(host, table, context, signal).change((entries) => {
      const left = (entries.get(wholeHost) ?? []).filter(({ id }) => id !== hold);
      if (left.length === 0) entries.delete(wholeHost);
      else entries.set(wholeHost, left);
    }),
  );
  return work.then(
    () => true,
    () => {
      context.log(`${name} could not be reached to take it back`);
      return false;
    },
  );
}
