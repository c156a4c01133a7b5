import type * as vscode from 'vscode';
import type { ToolInput } from '../copilot/tools/tool.ts';
import type { StartRun } from '../protocol/api.ts';
import type { Outline } from '../protocol/lsp.ts';
import type { RunDetail } from '../protocol/run.ts';
import type { Engine } from './engine/api.ts';
import type { Language } from './language/port.ts';

/** The copilot as the rest of the extension sees it; extension/chat/main.ts exports `createChat: CreateChat`, loaded when first used. */
export interface Chat extends vscode.Disposable {
  /** Fills the chat's view; called each time VS Code shows a new one. */
  resolve(view: vscode.WebviewView, token: vscode.CancellationToken): void | Promise<void>;
  /** Reveals the view; `ask` is sent as if typed, `run` is the run it is about. */
  openChat(request?: { ask?: string; run?: string }): Promise<void>;
  newChat(): Promise<void>;
  /** Shows the conversations of this workspace, to open, rename or delete. */
  chatHistory(): Promise<void>;
  showContext(): Promise<void>;
  setApiKey(): Promise<void>;
  /** Asks the chosen model for one word and says how that went. */
  testModel(): Promise<void>;
  /** `@runwright` in VS Code's own Chat. */
  answer: vscode.ChatRequestHandler;
  followUps(result: vscode.ChatResult): vscode.ChatFollowup[];
  /** Tools for other chats of VS Code, by their contributed names. */
  prepareTool(name: string, input: ToolInput): vscode.PreparedToolInvocation;
  useTool(
    name: string,
    options: vscode.LanguageModelToolInvocationOptions<ToolInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult>;
}

/** Names one question exactly: an approval given for it is void for any other. */
export interface Question {
  readonly run: string;
  readonly step: string;
  readonly digest: string;
}

/** What the chat may use. It cannot approve: `approve` checks the question with the engine and asks in VS Code's own dialog where risk demands it. */
export interface ChatHost {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  /** A connected engine; starts one when none runs. Rejects with a problem that says what to do. */
  engine(): Promise<Engine>;
  /** Asks the engine for a run with a token that cannot approve: every step that does something waits for a person. */
  request(run: StartRun): Promise<RunDetail>;
  /** What is known and checked by the language server. */
  readonly language: Pick<Language, 'actions' | 'checkText'>;
  /** Steps of an open document as it stands in the editor; undefined while the language server is not ready. */
  outline(uri: vscode.Uri): Promise<Outline | undefined>;
  /** Tells when runs have changed, so that the context shown before a question is that of now; returns what removes the listener. */
  onRunsChanged?(listener: () => void): () => void;
  /** @returns whether it was approved; asks and refuses by itself. `look`: asks in the dialog at any risk, because not all of it was shown before. */
  approve(question: Question, look?: boolean): Promise<boolean>;
}

export type CreateChat = (host: ChatHost) => Chat;
