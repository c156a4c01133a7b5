// Glue and nothing else: activate() registers, and returns before anything heavy is loaded. What is needed later stands in
// files of its own (engine/main.ts, language/main.ts, chat/main.ts), which the build keeps apart from this bundle.
import { join } from 'node:path';
import * as vscode from 'vscode';
import { requestDocuments } from './approvals/document.ts';
import { approve } from './approvals/guard.ts';
import { notifyApprovals } from './approvals/notify.ts';
import type { Chat, ChatHost } from './chat-port.ts';
import { registerCommands } from './commands/table.ts';
import { failureActions } from './editor/actions.ts';
import { recallLastRuns } from './editor/last-run.ts';
import { codeLenses } from './editor/lenses.ts';
import { offerLanguage } from './editor/offer.ts';
import { editorStatus, runProblems } from './editor/status.ts';
import { createConnection } from './engine/connection.ts';
import { told } from './engine/problem.ts';
import { processEnded } from './engine/process.ts';
import { lazyLanguage } from './language/lazy.ts';
import { runTerminals } from './output/terminal.ts';
import { showMessages } from './runs/show-messages.ts';
import { createRunStore } from './runs/store.ts';
import { handOverKey } from './secrets-key.ts';
import type { Services } from './services.ts';
import { approvalPolicy, onSettingChange, setting } from './settings.ts';
import { statusBar } from './status-bar.ts';
import { tellError } from './tell.ts';
import { reportTrust } from './trust.ts';
import { approvalsView } from './views/approvals.ts';
import { chatView } from './views/chat.ts';
import { participant } from './views/participant.ts';
import { runbooksView } from './views/runbooks.ts';
import { runsView } from './views/runs.ts';
import { languageModelTools } from './views/tools.ts';

/** For tests: how long activate() took in milliseconds, when everything behind it runs, and what the views show. */
export interface Api {
  readonly activationMs: number;
  readonly ready: Promise<void>;
  readonly views: {
    readonly runbooks: ReturnType<typeof runbooksView>['provider'];
    readonly approvals: ReturnType<typeof approvalsView>['provider'];
    readonly runs: ReturnType<typeof runsView>['provider'];
  };
  readonly services: Services;
}

let stop: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): Api {
  const from = performance.now();
  const { subscriptions } = context;
  const dist = (file: string) => join(context.extensionPath, 'dist', file);
  const log = vscode.window.createOutputChannel('Runwright', { log: true });
  const trouble = (error: unknown) => log.warn(told(error).message);

  const connection = createConnection({
    open: async () => (await import('./engine/main.ts')).connect(dist('engine.cjs'), String(context.extension.packageJSON.version)),
    ended: processEnded,
    greet: async (engine) => {
      await reportTrust(engine);
      await engine.setPolicy(approvalPolicy());
      // A key that is not taken keeps nobody from the engine: steps that need a secret say what they wait for.
      await handOverKey(engine, context.secrets, setting('secrets.keyInVSCode')).catch((error: unknown) => void tellError(error, log));
    },
    onEvent: (event) => store.apply(event),
    onLive: () => void store.reload().catch(trouble),
    onTrouble: (message) => log.warn(message),
  });
  const store = createRunStore({ engine: connection.get, onTrouble: trouble });
  const language = lazyLanguage(async () => (await import('./language/main.ts')).startLanguage({ server: dist('server.cjs'), log }));
  const terminals = runTerminals(connection.get);
  const stopTelling = store.onChange((run) => {
    const seq = run === undefined ? undefined : store.detail(run)?.seq;
    if (run !== undefined && seq !== undefined) terminals.reached(run, seq);
  });
  const documents = requestDocuments(connection.get);

  let loadingChat: Promise<Chat> | undefined;
  const chatHost: ChatHost = {
    context,
    log,
    engine: connection.get,
    request: async (run) => {
      const engines = await import('./engine/main.ts');
      // Connected first as the person, who also starts it: what only asks starts and replaces no engine.
      await connection.get();
      const assistant = await engines.connectAssistant(String(context.extension.packageJSON.version));
      try {
        return await assistant.start(run);
      } finally {
        assistant.close();
      }
    },
    language,
    outline: (uri) => language.outline(uri),
    approve: (question) => approve(services, question),
    onRunsChanged: (listener) => store.onChange(listener),
  };
  const chat = () => {
    loadingChat ??= import('./chat/main.ts').then(({ createChat }) => {
      const created = createChat(chatHost);
      subscriptions.push(created);
      return created;
    });
    return loadingChat;
  };

  const services: Services = {
    context,
    log,
    connection,
    engine: connection.get,
    store,
    language,
    chat,
    async showOutput(run, options) {
      const name = store.runs.find((item) => item.id === run)?.runbook ?? run;
      terminals.show(run, name, options?.preserveFocus ?? false);
    },
    showRequest: documents.show,
    showRollback: documents.showRollback,
    showText: documents.showText,
    async refreshViews() {
      runbooks.refresh();
      await store.reload();
    },
  };

  const runbooks = runbooksView(services);
  const approvals = approvalsView(services);
  const runs = runsView(services);
  const problems = vscode.languages.createDiagnosticCollection(runProblems);
  const greetAgain = () => void connection.greetAgain();
  subscriptions.push(
    log,
    connection,
    language,
    terminals,
    { dispose: stopTelling },
    documents,
    runbooks,
    approvals,
    runs,
    problems,
    chatView(chat),
    participant(context, chat),
    languageModelTools(chat),
    editorStatus(services, problems),
    recallLastRuns(services),
    codeLenses(services),
    failureActions(services),
    offerLanguage(),
    statusBar(services),
    notifyApprovals(services, () => approvals.view.visible),
    showMessages(services),
    ...registerCommands(services),
    vscode.workspace.onDidGrantWorkspaceTrust(greetAgain),
    vscode.workspace.onDidChangeWorkspaceFolders(greetAgain),
    onSettingChange('approval.policy', greetAgain),
    onSettingChange('secrets.keyInVSCode', greetAgain),
  );
  stop = () => language.stop();

  const ready = new Promise<void>((resolve, reject) => {
    // After activate() has returned: VS Code waits for it, and nobody waits for this.
    setImmediate(() => {
      Promise.all([language.start(), connection.get()]).then(() => resolve(), reject);
    });
  });
  ready.catch(trouble);
  const views = { runbooks: runbooks.provider, approvals: approvals.provider, runs: runs.provider };
  return { activationMs: performance.now() - from, ready, views, services };
}

/** The engine lives on: its runs do not belong to this window. */
export async function deactivate(): Promise<void> {
  await stop?.();
}
