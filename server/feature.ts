import type { CancellationToken, ClientCapabilities, Connection, ServerCapabilities } from 'vscode-languageserver/node';
import type { Documents } from './documents.ts';

export interface FeatureContext {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly client: ClientCapabilities;
  /** The client knows VS Code's own commands, such as the one that asks for further suggestions. */
  readonly vscode: boolean;
  /** Wraps a handler: what it throws is logged under `name`, and the client gets `empty`. */
  guarded<P, R>(name: string, empty: R, handler: (params: P) => R | Promise<R>): (params: P, token?: CancellationToken) => Promise<R>;
}

/** One request of the protocol: what is promised to the client stands beside what keeps the promise. */
export interface Feature {
  readonly capability: Partial<ServerCapabilities>;
  /** False where this client is served in another way. */
  offered?(client: ClientCapabilities): boolean;
  register(context: FeatureContext): void;
}
