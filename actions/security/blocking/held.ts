import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { covered, type Network, overlap, readNetwork } from '../addresses.ts';
import { type Entries, type Hold, holdText, iso, lastEnd, ruleText, withHold } from '../holds.ts';
import { addressList } from '../lists/address-list.ts';
import { blockTable } from '../nftables/blocks.ts';
import { listStore, type Store, tableStore } from '../store.ts';
import type { BlockingSettings, Method } from './settings.ts';

/** What one block says. */
export interface Block {
  readonly network: Network;
  readonly expires: number | null;
  readonly reason?: string;
}

export interface Blocked {
  readonly rule: string;
  readonly already: boolean;
}

/** A way to block. All of them throw a ProblemError. With `check` nothing is changed. */
export interface Blocker {
  block(block: Block, check: boolean): Promise<Blocked>;
  /** Everything that holds exactly this network, or one hold alone. */
  unblock(
    network: Network,
    hold: string | undefined,
    check: boolean,
  ): Promise<{ readonly unblocked: boolean; readonly still: readonly string[] }>;
  look(
    network: Network,
    check: boolean,
  ): Promise<{ readonly blocked: boolean; readonly expires: number | null; readonly by: readonly Json[] }>;
}

/** By a list or by nftables: both keep who holds what. */
export async function heldBlocker(method: Exclude<Method, 'api'>, settings: BlockingSettings, context: ActionContext): Promise<Blocker> {
  const store = method === 'list' ? listStore(addressList(settings.list), context) : await tableStore(blockTable, context);
  return {
    async block({ network, expires, reason }, check) {
      if (method === 'nftables') await spareOurselves(network, context);
      const hold: Hold = { id: store.hold, expires, since: Date.now(), ...(reason ? { reason } : {}) };
      const rule = ruleText({ method, key: network.text, hold: store.hold });
      const already = (entries: Entries) => covered(network, networksIn(without(entries, network.text, store.hold)));
      if (check) return { rule, already: already(await store.look()) };
      return store.change((entries) => {
        const before = already(entries);
        entries.set(network.text, withHold(entries.get(network.text) ?? [], hold));
        return { rule, already: before };
      });
    },
    unblock: (network, hold, check) => {
      const lift = (entries: Entries) => {
        const holds = entries.get(network.text) ?? [];
        const left = hold === undefined ? [] : holds.filter(({ id }) => id !== hold);
        if (left.length === 0) entries.delete(network.text);
        else entries.set(network.text, left);
        return {
          unblocked: left.length < holds.length,
          still: around(entries, network).flatMap(([key, others]) => others.map((other) => holdText(key, other))),
          wider: around(entries, network).find(([key]) => key !== network.text && covers(key, network))?.[0],
        };
      };
      const result = check ? store.look().then(lift) : store.change(lift);
      return result.then(({ wider, ...lifted }) => {
        if (hold === undefined && wider !== undefined && !check)
          throw new ProblemError(problem('address-covered', { ip: network.text, by: wider }));
        return lifted;
      });
    },
    async look(network, check) {
      const entries = await seen(store, check);
      const found = around(entries, network);
      const blocked = covered(network, networksIn(entries));
      const holds = found.flatMap(([, each]) => each);
      return {
        blocked,
        expires: holds.length === 0 ? null : lastEnd(holds),
        by: found.flatMap(([ip, each]) =>
          each.map(({ id, expires, reason }) => ({ ip, expires: iso(expires), reason: reason ?? null, hold: id })),
        ),
      };
    },
  };
}

/** Who only looks also clears away what has expired: a list has nobody else to do so. */
async function seen(store: Store, check: boolean): Promise<Entries> {
  const entries = await store.look();
  if (!check && entries.size > 0) await store.change(() => undefined);
  return entries;
}

const without = (entries: Entries, key: string, hold: string): Entries => {
  const left = (entries.get(key) ?? []).filter(({ id }) => id !== hold);
  const others: Entries = new Map(entries);
  if (left.length === 0) others.delete(key);
  return others;
};

const networksIn = (entries: Entries): Network[] => [...entries.keys()].flatMap((key) => parsed(key));
const parsed = (key: string): Network[] => {
  const network = readNetwork(key);
  return typeof network === 'string' ? [] : [network];
};
const covers = (key: string, network: Network): boolean => covered(network, parsed(key));
const around = (entries: Entries, network: Network): (readonly [string, readonly Hold[]])[] =>
  [...entries].filter(([key]) => parsed(key).some((other) => overlap(other, network)));

/** The connection that we come over would be the first to be cut. */
async function spareOurselves(network: Network, context: ActionContext): Promise<void> {
  const host = await context.host();
  const { stdout } = await host.run('printf %s "${SSH_CONNECTION%% *}"');
  if (parsed(stdout.trim()).some((client) => overlap(client, network)))
    throw new ProblemError(problem('address-never', { ip: network.text, why: `${host.name} is reached from ${stdout.trim()}` }));
}
