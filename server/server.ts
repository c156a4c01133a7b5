import type { Connection, InitializeResult, ServerCapabilities } from 'vscode-languageserver/node';
import { ResponseError, TextDocumentSyncKind } from 'vscode-languageserver/node';
import type { ActionManifest } from '../runbook/core/action.ts';
import { Documents } from './documents.ts';
import type { Feature, FeatureContext } from './feature.ts';
import { features } from './features.ts';

/** Connects the features to a client. */
export function startServer(connection: Connection, actions: readonly ActionManifest[]): void {
  const documents = new Documents(connection, actions);
  connection.onInitialize((params): InitializeResult => {
    const context: FeatureContext = {
      connection,
      documents,
      client: params.capabilities,
      vscode: /code|codium/i.test(params.clientInfo?.name ?? ''),
      guarded: guard(connection),
    };
    const wanted = features.filter((feature: Feature) => feature.offered?.(params.capabilities) ?? true);
    const capabilities: ServerCapabilities = { textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental } };
    for (const { capability } of wanted) Object.assign(capabilities, capability);
    for (const feature of wanted) feature.register(context);
    return { capabilities, serverInfo: { name: 'Runwright' } };
  });
  documents.listen();
  connection.listen();
}

/**
 * A handler that fails is a line in the log and an empty answer, never the end of the server.
 * It starts one turn later: what has arrived meanwhile, a newer text or a cancellation, counts.
 */
function guard(connection: Connection): FeatureContext['guarded'] {
  return (name, empty, handler) => async (params, token) => {
    try {
      await new Promise((resolve) => setImmediate(resolve));
      return token?.isCancellationRequested ? empty : await handler(params);
    } catch (error) {
      // An answer in itself: the request was overtaken.
      if (error instanceof ResponseError) throw error;
      connection.console.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return empty;
    }
  };
}
