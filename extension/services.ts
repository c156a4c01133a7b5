import type * as vscode from 'vscode';
import type { Chat, Question } from './chat-port.ts';
import type { Engine } from './engine/api.ts';
import type { Connection } from './engine/connection.ts';
import type { Language } from './language/port.ts';
import type { RunStore } from './runs/store.ts';

/** What commands and views may use; put together once, in extension.ts. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly connection: Connection;
  engine(): Promise<Engine>;
  readonly store: RunStore;
  readonly language: Language;
  /** Loads the copilot when it is first asked for. */
  chat(): Promise<Chat>;
  /** Opens the terminal of a run, live when it is not finished. */
  showOutput(run: string, options?: { preserveFocus?: boolean }): Promise<void>;
  /** Opens the text of what a question would run. */
  showRequest(question: Question): Promise<void>;
  /** Opens what a rollback of the run would do. */
  showRollback(run: string): Promise<void>;
  /** Opens a text as a read-only document of this name. */
  showText(name: string, text: string): Promise<void>;
  refreshViews(): Promise<void>;
}
