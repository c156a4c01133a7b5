import { randomInt } from 'node:crypto';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { type Entries, type Hold, lastEnd, live } from '../holds.ts';
import { commentOf, holdsOf } from './comment.ts';
import type { Nft, Ruleset } from './nft.ts';

/**
 * A table of our own whose sets hold who holds what, changed by any number of engines at once.
 * 1. Every change replaces the one element of the set `version`, in the same transaction as the rest: where somebody else was faster
 *    the kernel refuses all of it, and it is read and worked out anew.
 * 2. Each element ends by the kernel's own timer with its last hold: no engine needs to live for that.
 * 3. A table in which nothing is held any more goes.
 */
export interface HeldTable {
  readonly name: string;
  /** The key of an element, and where one for a key stands: several elements may carry the same holds. */
  key(set: string, element: string): string | undefined;
  places(key: string): readonly { readonly set: string; readonly element: string }[];
  /** Where nothing is held any more, what was left is made anew rather than used again. */
  readonly fresh?: boolean;
  /** What these keys need beyond `table` and its version: sets, chains and rules that `found` lacks. */
  frame(keys: readonly string[], found: Ruleset): readonly string[];
}

interface State {
  readonly found: Ruleset | undefined;
  readonly version: number | undefined;
  readonly entries: Entries;
}

/** How often somebody else may be faster. */
const patience = 20;

export const lookAtTable = async (nft: Nft, table: HeldTable, now = Date.now()): Promise<Entries> => (await read(nft, table, now)).entries;

/** `work` may be called again on what is there then. Throws a ProblemError. */
export async function changeTable<T>(nft: Nft, table: HeldTable, work: (entries: Entries) => T, clock = Date.now): Promise<T> {
  for (let turn = 0; turn < patience; turn++) {
    const now = clock();
    const state = await read(nft, table, now);
    const next: Entries = new Map(state.entries);
    const result = work(next);
    const commands = commandsFor(table, state, next, now);
    if (commands.length === 0 || (await nft.apply(commands)) === 'done') return result;
  }
  throw new ProblemError(problem('nft-failed', { host: nft.host, why: `others kept changing the table ${table.name}` }));
}

async function read(nft: Nft, table: HeldTable, now: number): Promise<State> {
  const found = await nft.table(table.name);
  const entries: Entries = new Map();
  let version: number | undefined;
  for (const { set } of found ?? []) {
    const { name, elem } = Object(set ?? {});
    if (typeof name !== 'string' || !Array.isArray(elem)) continue;
    for (const item of elem) {
      const { element, holds } = readElement(item, now);
      if (name === 'version') version = Number(element);
      const key = table.key(name, element);
      if (key !== undefined) entries.set(key, live(holds, now));
    }
  }
  for (const [key, holds] of entries) if (holds.length === 0) entries.delete(key);
  return { found, version, entries };
}

function readElement(item: Json, now: number): { readonly element: string; readonly holds: readonly Hold[] } {
  const { val, comment, expires } = typeof item === 'object' && item !== null && 'elem' in item ? Object(item.elem) : { val: item };
  return { element: String(val), holds: holdsOf(String(comment ?? ''), typeof expires === 'number' ? now + expires * 1000 : null) };
}

function commandsFor(table: HeldTable, { found, version, entries }: State, next: Entries, now: number): readonly string[] {
  const { name } = table;
  const changed = [...new Set([...entries.keys(), ...next.keys()])].filter(
    (key) => commentOf(entries.get(key) ?? []) !== commentOf(next.get(key) ?? []),
  );
  if (changed.length === 0) return [];
  const token = [`delete element inet ${name} version { ${version} }`];
  if (next.size === 0) return version === undefined ? [`delete table inet ${name}`] : [...token, `delete table inet ${name}`];
  let fresh = randomInt(1, 2 ** 31);
  if (fresh === version) fresh++;
  const known = table.fresh && entries.size === 0 ? undefined : found;
  const opening = [
    ...(version === undefined ? [] : token),
    ...(found !== undefined && known === undefined ? [`delete table inet ${name}`] : []),
    ...(known === undefined ? [`create table inet ${name}`] : []),
    `add set inet ${name} version { type mark; }`,
    `create element inet ${name} version { ${fresh} }`,
  ];
  const elements = changed.flatMap((key) => {
    const holds = next.get(key);
    return table
      .places(key)
      .flatMap(({ set, element }) => [
        ...(entries.has(key) ? [`delete element inet ${name} ${set} { ${element} }`] : []),
        ...(holds === undefined
          ? []
          : [`add element inet ${name} ${set} { ${element}${timeout(holds, now)} comment "${commentOf(holds)}" }`]),
      ]);
  });
  return [...opening, ...table.frame([...next.keys()], known ?? []), ...elements];
}

function timeout(holds: readonly Hold[], now: number): string {
  const end = lastEnd(holds);
  return end === null ? '' : ` timeout ${Math.max(1, Math.ceil((end - now) / 1000))}s`;
}
