import type { Connection, InitializeResult, ServerCapabilities } from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError, TextDocumentSyncKind } from 'vscode-languageserver/node';
import type { ActionManifest } from '../runbook/core/action.ts';
import { noSurroundings } from '../runbook/surroundings.ts';
import { type Files, withOpen } from '../workspace/files.ts';
import type { Trusted } from '../workspace/trusted.ts';
import { Workspace } from '../workspace/workspace.ts';
import { type Beyond, Documents } from './documents.ts';
import type { Feature, FeatureContext } from './feature.ts';
import { features } from './features.ts';
import { Neighbours, noFiles, pathOf } from './neighbours.ts';
import { practise } from './practice.ts';
import { preferencesOf } from './preferences.ts';

/** What the server may look at beside the open documents. */
export interface Outside {
  readonly files?: Files;
  readonly trusted?: Trusted;
}

/** Connects the features to a client. */
export function startServer(connection: Connection, actions: readonly ActionManifest[], { files = noFiles, trusted }: Outside = {}): void {
  const alone: Beyond = { actions, around: noSurroundings };
  const beyond = (uri: string): Beyond => {
    const file = pathOf(uri);
    const around = file === undefined ? undefined : workspace.around(file);
    return around ? { actions: around.actions, around } : alone;
  };
  const documents = new Documents(connection, beyond);
  const neighbours = new Neighbours(documents, files, actions);
  const workspace = new Workspace(
    withOpen(files, (file) => documents.text(neighbours.uriOf(file))),
    actions,
    () => performance.now(),
    trusted,
  );
  connection.onInitialize((params): InitializeResult => {
    const context: FeatureContext = {
      connection,
      documents,
      neighbours,
      world: (uri) => ({ around: beyond(uri).around, others: neighbours.around(uri) }),
      beyond,
      workspace,
      preferences: preferencesOf(connection, params.initializationOptions),
      client: params.capabilities,
      vscode: /code|codium/i.test(params.clientInfo?.name ?? ''),
      guarded: guard(connection),
    };
    neighbours.start(params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []));
    const wanted = features.filter((feature: Feature) => feature.offered?.(params.capabilities) ?? true);
    const capabilities: ServerCapabilities = { textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental } };
    for (const { capability } of wanted) Object.assign(capabilities, capability);
    for (const feature of wanted) feature.register(context);
    practise(actions, () => documents.uris().length > 0);
    return { capabilities, serverInfo: { name: 'Runwright' } };
  });
  documents.listen();
  connection.listen();
}

/**
 * A handler that fails is a line in the log and an empty answer, never the end of the server.
 * It starts one turn later: a cancellation that has arrived meanwhile counts, and is told as what it is, not as an empty answer.
 */
function guard(connection: Connection): FeatureContext['guarded'] {
  return (name, empty, handler) => async (params, token) => {
    const unlessCancelled = () => {
      if (token?.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, `${name} was cancelled.`);
    };
    await new Promise((resolve) => setImmediate(resolve));
    unlessCancelled();
    let answer = empty;
    try {
      answer = await handler(params, token);
    } catch (error) {
      // An answer in itself, such as that the request was overtaken.
      if (error instanceof ResponseError) throw error;
      connection.console.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    unlessCancelled();
    return answer;
  };
}
