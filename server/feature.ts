import type { CancellationToken, ClientCapabilities, Connection, ServerCapabilities } from 'vscode-languageserver/node';
import type { World } from '../runbook/language/world.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Beyond, Documents } from './documents.ts';
import type { Neighbours } from './neighbours.ts';

export interface FeatureContext {
  readonly connection: Connection;
  readonly documents: Documents;
  /** Other runbooks, open or not. */
  readonly neighbours: Neighbours;
  readonly workspace: Workspace;
  readonly client: ClientCapabilities;
  /** The client knows VS Code's own commands, such as the one that asks for further suggestions. */
  readonly vscode: boolean;
  /** What a document may refer to beyond its own text. */
  world(uri: string): World;
  /** The same as far as its problems depend on it. */
  beyond(uri: string): Beyond;
  /** What the person chose in the editor's settings. */
  readonly preferences: Preferences;
  /** Wraps a handler: what it throws is logged under `name`, and the client gets `empty`. */
  guarded<P, R>(
    name: string,
    empty: R,
    handler: (params: P, token?: CancellationToken) => R | Promise<R>,
  ): (params: P, token?: CancellationToken) => Promise<R>;
}

/** Settings as the client sends them when it starts, and when they change. */
export interface Preferences {
  readonly inlayHints: boolean;
  readonly referencesLens: boolean;
}

/** One request of the protocol: what is promised to the client stands beside what keeps the promise. */
export interface Feature {
  readonly capability: Partial<ServerCapabilities>;
  /** False where this client is served in another way. */
  offered?(client: ClientCapabilities): boolean;
  register(context: FeatureContext): void;
}
