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
export const connectors = (options: ConnectorOptions): readonly Connector[] => [
  localConnector({ supervisorPath: options.supervisorPath }),
  sshConnector(),
  actionConnector(options.actions),
];
