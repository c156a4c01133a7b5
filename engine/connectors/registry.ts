import { type ActionTable, actionConnector } from './action-connector.ts';
import type { Connector } from './connector.ts';
import { localConnector } from './local/connector.ts';
import { sshConnector } from './ssh/connector.ts';

export interface ConnectorOptions {
  /** Absolute path of the bundled supervisor. */
  readonly supervisorPath: string;
  readonly actions: ActionTable;
}

/** Every way to reach something; the first that accepts a request has it. */
export function connectors(options: ConnectorOptions): readonly Connector[] {
  const ssh = sshConnector();
  return [localConnector({ supervisorPath: options.supervisorPath }), ssh, actionConnector(options.actions, { pool: ssh.pool })];
}
