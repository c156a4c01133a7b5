import type { ActionContext } from '../../engine/connectors/action.ts';
import type { Host } from '../../engine/connectors/host.ts';
import { type Entries, holdId } from './holds.ts';
import type { List } from './lists/list.ts';
import { change, lookAt } from './lists/list.ts';
import { shortName } from './nftables/comment.ts';
import { nftOn } from './nftables/nft.ts';
import { changeTable, type HeldTable, lookAtTable } from './nftables/table.ts';

/** Where it stands who holds what: a list's record, or the kernel of a host. All throw a ProblemError. */
export interface Store {
  /** The name of this step's hold there. */
  readonly hold: string;
  /** Changes nothing. */
  look(): Promise<Entries>;
  /** `work` changes the entries; it may be called again on others where somebody else was faster. */
  change<T>(work: (entries: Entries) => T): Promise<T>;
}

export const listStore = (list: List, context: ActionContext): Store => ({
  hold: holdId(context),
  look: () => lookAt(list, context.signal),
  change: (work) => change(list, context.signal, work),
});

export const tableStore = async (table: HeldTable, context: ActionContext): Promise<Store> =>
  storeOn(await context.host(), table, context, context.signal);

export function storeOn(host: Host, table: HeldTable, context: Pick<ActionContext, 'run' | 'step'>, signal: AbortSignal): Store {
  const nft = nftOn(host, signal);
  return {
    hold: shortName(holdId(context)),
    look: () => lookAtTable(nft, table),
    change: (work) => changeTable(nft, table, work),
  };
}
