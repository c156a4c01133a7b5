import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { JsonObject } from '../../../runbook/core/json.ts';
import { type Network, overlap, readNetwork } from '../addresses.ts';
import { isObject, Settings } from '../settings.ts';

export const methods = ['list', 'nftables', 'api'] as const;
export type Method = (typeof methods)[number];

export interface BlockingSettings {
  readonly method: Method;
  /** Absolute. */
  readonly list: string;
  readonly never: readonly Network[];
  readonly api?: { readonly block: JsonObject; readonly unblock?: JsonObject; readonly look?: JsonObject; readonly id?: string };
}

/** Throws `security-settings`. */
export function blockingSettings(context: Pick<ActionContext, 'settings' | 'workspace'>): BlockingSettings {
  const settings = new Settings('blocking', context.settings, ['method', 'list', 'never', 'api']);
  const { api } = settings.values;
  const part = (key: string): JsonObject | undefined => {
    const value = isObject(api) ? api[key] : undefined;
    if (value === undefined) return undefined;
    if (!isObject(value) || typeof value.url !== 'string') throw settings.wrong(`api.${key} must be a map with a url`);
    return value;
  };
  const block = part('block');
  if (api !== undefined && !block) throw settings.wrong('api needs block, a map with a url');
  const id = isObject(api) && typeof api.id === 'string' ? api.id : undefined;
  const [unblock, look] = [part('unblock'), part('look')];
  return {
    method: settings.choice('method', methods) ?? 'list',
    list: settings.path('list', 'lists/blocked.txt', context),
    never: settings.networks('never'),
    ...(block ? { api: { block, ...(unblock ? { unblock } : {}), ...(look ? { look } : {}), ...(id === undefined ? {} : { id }) } } : {}),
  };
}

/** Blocking these cuts off the machine from itself or everybody from everything. */
const always: readonly (readonly [string, string])[] = [
  ['0.0.0.0/8', 'it is no address of a single host'],
  ['127.0.0.0/8', 'it is the loopback'],
  ['224.0.0.0/4', 'it is for multicast'],
  ['255.255.255.255', 'it is for broadcast'],
  ['::', 'it is no address of a host'],
  ['::1', 'it is the loopback'],
  ['ff00::/8', 'it is for multicast'],
];
/** What is wider is a slip. */
const widest = { 4: 8, 6: 16 } as const;

/** Throws `address-wrong`. */
export function networkOf(given: string): Network {
  const network = readNetwork(given);
  if (typeof network === 'string')
    throw new ProblemError(problem('address-wrong', { given: JSON.stringify(given.slice(0, 80)), why: network }));
  return network;
}

/** Throws `address-never`. */
export function mayBlock(network: Network, { never }: Pick<BlockingSettings, 'never'>): void {
  const refuse = (why: string) => new ProblemError(problem('address-never', { ip: network.text, why }));
  for (const [text, why] of always) if (overlap(networkOf(text), network)) throw refuse(network.text === text ? why : `of ${text}, ${why}`);
  if (network.bits < widest[network.family]) throw refuse(`a network wider than /${widest[network.family]} is most likely a slip`);
  const own = never.find((other) => overlap(other, network));
  if (own) throw refuse(`${own.text} stands under \`blocking.never\``);
}
