import { hostname } from 'node:os';
import type { ActionContext } from '../../../engine/connectors/action.ts';
import type { Host } from '../../../engine/connectors/host.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { readNetwork } from '../addresses.ts';
import type { IsolationSettings } from './settings.ts';
import type { Open } from './table.ts';

/** What stays open: what the settings say, and always the way that we came by. Throws where that is nothing. */
export async function openOn(host: Host, settings: IsolationSettings): Promise<Open> {
  const { stdout } = await host.run('printf %s "$SSH_CONNECTION"');
  const [client = '', , , port = ''] = stdout.trim().split(' ');
  const own = readNetwork(client.replace(/%.*$/, ''));
  const addresses = typeof own === 'string' ? settings.addresses : [...settings.addresses, own];
  if (addresses.length === 0) throw new ProblemError(problem('isolation-management', { host: host.name }));
  const ports = [...settings.ports, ...(/^\d+$/.test(port) ? [Number(port)] : [])];
  return { addresses, ports: ports.length === 0 ? [22] : [...new Set(ports)], dhcp: settings.dhcp };
}

/** The host that is named must be the one that the step works on. Throws `isolation-host`. */
export function checkHost(given: string | undefined, host: Host, { connection }: Pick<ActionContext, 'connection'>): void {
  if (given === undefined) return;
  const names = connection?.type === 'ssh' ? [host.name, String(connection.host ?? '')] : [host.name, 'localhost', hostname()];
  const known = names.map((name) => name.toLowerCase());
  if (known.includes(given.toLowerCase())) return;
  throw new ProblemError(problem('isolation-host', { target: host.name, host: given }));
}
