import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { languageId } from '../contributions.ts';
import { told } from '../engine/problem.ts';
import type { Services } from '../services.ts';

/** A runbook that is opened shows how its last run went, if that ran the text as it is now. */
export function recallLastRuns(services: Services): vscode.Disposable {
  const asked = new Set<string>();

  async function recall(document: vscode.TextDocument): Promise<void> {
    if (document.languageId !== languageId || document.uri.scheme !== 'file' || document.isDirty) return;
    const file = document.uri.fsPath;
    if (asked.has(file)) return;
    asked.add(file);
    try {
      // The bytes on the disk: they are what the engine has read.
      const bytes = await vscode.workspace.fs.readFile(document.uri);
      await services.store.recall(file, createHash('sha256').update(bytes).digest('hex'));
    } catch (error) {
      services.log.warn(told(error).message);
      // The engine may answer the next time.
      asked.delete(file);
    }
  }

  const recallVisible = () => {
    for (const editor of vscode.window.visibleTextEditors) void recall(editor.document);
  };
  recallVisible();
  return vscode.Disposable.from(
    vscode.window.onDidChangeVisibleTextEditors(recallVisible),
    vscode.workspace.onDidCloseTextDocument((document) => void asked.delete(document.uri.fsPath)),
  );
}
