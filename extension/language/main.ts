// A file of its own in dist/: the language client is loaded after activation.
import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, State, TransportKind } from 'vscode-languageclient/node';
import {
  type ActionsParams,
  type ActionView,
  actionsMethod,
  type CheckInputParams,
  type CheckTextParams,
  checkInputMethod,
  checkTextMethod,
  type Outline,
  type OutlineParams,
  outlineMethod,
  type TextProblem,
} from '../../protocol/lsp.ts';
import { languageId } from '../contributions.ts';
import { inspectArguments } from '../inspect.ts';
import { setting } from '../settings.ts';
import type { Language } from './port.ts';

export interface LanguageOptions {
  /** Path of server.cjs. */
  readonly server: string;
  readonly log: vscode.LogOutputChannel;
}

/** As the server knows them. */
const preferences = () => ({ inlayHints: setting('editor.inlayHints'), referencesLens: setting('editor.referencesLens') });

/** Starts the language server in a process of its own. */
export function startLanguage({ server, log }: LanguageOptions): Language {
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: languageId },
      { pattern: '**/*.action.{yaml,yml}' },
      { pattern: '**/.runwright/{targets,channels,security,packs}.yaml' },
      { pattern: '**/.runwright/packs/*/pack.yaml' },
    ],
    outputChannel: log,
    initializationOptions: preferences,
    // A server that cannot start is told once, by the command or view that needs it.
    initializationFailedHandler: (error) => {
      log.error(error);
      return false;
    },
  };
  const execArgv = inspectArguments(process.env.RUNWRIGHT_DEBUG_SERVER);
  const client = new LanguageClient(
    'runwright',
    'Runwright',
    { module: server, transport: TransportKind.ipc, options: { execArgv } },
    options,
  );
  const follow = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration('runwright.editor') || client.state !== State.Running) return;
    void client.sendNotification('workspace/didChangeConfiguration', { settings: { runwright: preferences() } });
  });
  const outlines = new Map<string, { readonly version: number; readonly outline: Promise<Outline | undefined> }>();
  const started = client.start();
  started.catch((error: unknown) => log.error(error instanceof Error ? error : String(error)));

  async function request(uri: vscode.Uri): Promise<Outline | undefined> {
    await started;
    if (client.state !== State.Running) return undefined;
    const params: OutlineParams = { uri: client.code2ProtocolConverter.asUri(uri) };
    return (await client.sendRequest<Outline | null>(outlineMethod, params)) ?? undefined;
  }

  return {
    ready: started,
    async outline(uri) {
      // The server knows the documents that VS Code has open.
      const document = await vscode.workspace.openTextDocument(uri);
      const key = uri.toString();
      const known = outlines.get(key);
      if (known?.version === document.version) return known.outline;
      const outline = request(uri);
      outlines.set(key, { version: document.version, outline });
      outline.then(
        (result) => result ?? outlines.delete(key),
        () => outlines.delete(key),
      );
      return outline;
    },
    async checkInput(uri, input, value) {
      await started;
      const params: CheckInputParams = { uri: client.code2ProtocolConverter.asUri(uri), input, value };
      return (await client.sendRequest<string | null>(checkInputMethod, params)) ?? undefined;
    },
    async checkText(uri, text) {
      await started;
      const params: CheckTextParams = { uri: client.code2ProtocolConverter.asUri(uri), text };
      return client.sendRequest<TextProblem[]>(checkTextMethod, params);
    },
    async actions(uri) {
      await started;
      const params: ActionsParams = { uri: client.code2ProtocolConverter.asUri(uri) };
      return client.sendRequest<ActionView[]>(actionsMethod, params);
    },
    async restart() {
      outlines.clear();
      await client.restart();
    },
    async stop() {
      if (client.needsStop()) await client.stop(2000);
    },
    dispose() {
      follow.dispose();
      outlines.clear();
    },
  };
}
