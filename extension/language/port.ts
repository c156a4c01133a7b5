import type * as vscode from 'vscode';
import type { ActionView, Outline, TextProblem } from '../../protocol/lsp.ts';

/** The language server as the rest of the extension sees it. */
export interface Language extends vscode.Disposable {
  /** Resolves when the server answers; rejects when it cannot be started. */
  readonly ready: Promise<void>;
  /** What the file holds now, unsaved changes included; undefined where the server cannot say. */
  outline(uri: vscode.Uri): Promise<Outline | undefined>;
  /** @returns what is wrong with the value of an input, if anything. */
  checkInput(uri: vscode.Uri, input: string, value: unknown): Promise<string | undefined>;
  /** What the editor would mark if the text stood in that file, which need not be there yet. */
  checkText(uri: vscode.Uri, text: string): Promise<readonly TextProblem[]>;
  /** What a step in that file can use. */
  actions(uri: vscode.Uri): Promise<readonly ActionView[]>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}
