import type { ActionContext } from '../../../engine/connectors/action.ts';
import type { Network } from '../addresses.ts';
import { isObject, Settings } from '../settings.ts';

export const isolationMethods = ['nftables', 'list'] as const;
export type IsolationMethod = (typeof isolationMethods)[number];

export interface IsolationSettings {
  readonly method?: IsolationMethod;
  /** Absolute. */
  readonly list: string;
  readonly addresses: readonly Network[];
  readonly ports: readonly number[];
  /** Whether the host may renew its own address. */
  readonly dhcp: boolean;
}

/** Throws `security-settings`. */
export function isolationSettings(context: Pick<ActionContext, 'settings' | 'workspace'>): IsolationSettings {
  const settings = new Settings('isolation', context.settings, ['method', 'list', 'management', 'dhcp']);
  const given = settings.values.management;
  if (given !== undefined && !isObject(given)) throw settings.wrong('management must be a map of addresses and ports');
  const management = new Settings('isolation.management', given, ['addresses', 'ports']);
  const method = settings.choice('method', isolationMethods);
  return {
    ...(method === undefined ? {} : { method }),
    list: settings.path('list', 'lists/quarantined.txt', context),
    addresses: management.networks('addresses'),
    ports: management.list('ports').map((port, index) => {
      if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535)
        throw management.wrong(`ports[${index}] must be a number from 1 to 65535`);
      return port;
    }),
    dhcp: settings.flag('dhcp', true),
  };
}

/** By what the input says, else the settings, else whether there is a host to do it on: this machine is cut off only when it is asked for. */
export const isolationMethod = (given: unknown, settings: IsolationSettings, context: ActionContext): IsolationMethod =>
  isolationMethods.find((known) => known === given) ?? settings.method ?? (context.connection?.type === 'ssh' ? 'nftables' : 'list');
