import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type FromChat, isFromChat, type ToChat } from '../../protocol/chat.ts';
import type { ChatHost } from '../chat-port.ts';
import { tellError } from '../tell.ts';
import { chatHtml } from './html.ts';
import { askKey, setProvider, testModel } from './provider.ts';
import type { ChatSession } from './session.ts';

/** What is done for each message; the compiler asks for a missing one. */
type Handlers = { readonly [Kind in FromChat['kind']]: (message: Extract<FromChat, { kind: Kind }>) => unknown };

/** The webview's side of the conversation: it shows and asks. No message makes anything run by itself. */
export class ChatPanel implements vscode.Disposable {
  readonly #host: ChatHost;
  readonly #session: ChatSession;
  #view: vscode.WebviewView | undefined;
  #disposables: vscode.Disposable[] = [];
  /** Messages before the page says that it listens would be lost; the state it then gets holds all of them. */
  #ready = false;
  /** Who answers is being changed: a question asked meanwhile is for the one just chosen, and must not go to the other. */
  #choosing: Promise<void> | undefined;

  constructor(host: ChatHost, session: ChatSession) {
    this.#host = host;
    this.#session = session;
  }

  readonly #handlers: Handlers = {
    ready: () => {
      this.#ready = true;
      return this.#session.show();
    },
    ask: async ({ text }) => {
      await this.#choosing;
      return this.#session.ask(text);
    },
    stop: () => this.#session.stop(),
    retry: async ({ turn }) => {
      await this.#choosing;
      return this.#session.retry(turn);
    },
    'set-provider': ({ provider }) => {
      this.#choosing = setProvider(provider).finally(() => {
        this.#choosing = undefined;
      });
      return this.#choosing;
    },
    'set-key': async () => {
      if (await askKey(this.#host.context.secrets)) await this.#session.showProvider();
    },
    'test-model': () => testModel(this.#host.context.secrets),
    'reveal-step': ({ turn, step }) => this.#revealStep(turn, step),
    // The command asks for inputs and approvals as it always does. Only where a turn shows the button.
    run: () =>
      this.#session.turns.some(({ offerRun }) => offerRun === true) ? vscode.commands.executeCommand('runwright.run') : undefined,
    execute: ({ turn }) => this.#session.execute(turn),
    'cancel-plan': ({ turn }) => this.#session.cancelPlan(turn),
    'edit-plan': async ({ turn }) => {
      const file = this.#session.planFile(turn);
      if (file !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(file), { viewColumn: vscode.ViewColumn.One });
    },
    'retry-run': async ({ turn }) => {
      const { run, status } = this.#session.turn(turn)?.execution ?? {};
      if (run === undefined || status !== 'failed') return;
      await vscode.commands.executeCommand('runwright.retry', { run });
      await this.#session.follow(turn);
    },
    'explain-run': async ({ turn }) => {
      const run = this.#session.turn(turn)?.execution?.run;
      if (run === undefined) return;
      await this.#session.useRun(run);
      await this.#session.ask('Why did this run fail?');
    },
    'show-run': async ({ turn }) => {
      const run = this.#session.turn(turn)?.execution?.run;
      if (run !== undefined) await vscode.commands.executeCommand('runwright.openRun', { run });
    },
    'show-approvals': () => vscode.commands.executeCommand('runwright.approvals.focus'),
    'apply-proposal': ({ turn, proposal }) => this.#session.apply(turn, proposal),
    'open-proposal': ({ turn, proposal }) => this.#session.openProposal(turn, proposal),
    'discard-proposal': ({ turn, proposal }) => this.#session.discard(turn, proposal),
    resend: async ({ turn, text }) => {
      await this.#choosing;
      return this.#session.resend(turn, text);
    },
    'forget-run': () => this.#session.useRun(undefined),
  };

  get visible(): boolean {
    return this.#view?.visible === true && this.#ready;
  }

  resolve(view: vscode.WebviewView): void {
    this.#release();
    this.#view = view;
    const folder = vscode.Uri.joinPath(this.#host.context.extensionUri, 'dist', 'webview');
    view.webview.options = { enableScripts: true, localResourceRoots: [folder], enableForms: false };
    this.#disposables = [
      view.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      view.onDidChangeVisibility(() => {
        if (this.visible) void this.#session.refresh();
      }),
      view.onDidDispose(() => this.#release()),
    ];
    const address = (file: string) => view.webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
    view.webview.html = chatHtml({
      nonce: randomBytes(18).toString('base64url'),
      source: view.webview.cspSource,
      script: address('chat.js'),
      styles: [address('codicon.css'), address('chat.css')],
    });
  }

  post(message: ToChat): void {
    if (this.#ready) void this.#view?.webview.postMessage(message);
  }

  async reveal(): Promise<void> {
    await vscode.commands.executeCommand('runwright.chat.focus');
  }

  dispose(): void {
    this.#release();
  }

  #release(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#disposables = [];
    this.#view = undefined;
    this.#ready = false;
  }

  async #receive(message: unknown): Promise<void> {
    if (!isFromChat(message)) {
      this.#host.log.warn('The chat sent a message that is not in the protocol; it was dropped.');
      return;
    }
    try {
      // The table is typed by kind; one call for all kinds needs it seen as a function of any of them.
      await (this.#handlers[message.kind] as (message: FromChat) => unknown)(message);
    } catch (error) {
      await tellError(error, this.#host.log);
    }
  }

  /** The webview names a turn and a step; the file comes from the turn's run, as the engine knows it. */
  async #revealStep(turn: string, step: string): Promise<void> {
    const id = this.#session.turn(turn)?.run;
    if (id === undefined) return;
    const run = await (await this.#host.engine()).show(id);
    const line = run.steps.find((view) => view.id === step)?.line;
    const uri = vscode.Uri.file(run.file);
    const now = (await this.#host.outline(uri))?.steps.find((item) => item.path === step)?.range.start.line;
    const editor = await vscode.window.showTextDocument(uri);
    const at = Math.min(Math.max(now ?? (line ?? 1) - 1, 0), editor.document.lineCount - 1);
    const end = editor.document.lineAt(at).range.end;
    editor.selection = new vscode.Selection(new vscode.Position(at, editor.document.lineAt(at).firstNonWhitespaceCharacterIndex), end);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}
