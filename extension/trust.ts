import * as vscode from 'vscode';
import type { Engine } from './engine/api.ts';

/** The engine runs nothing under a folder that nobody vouched for: it hears of each folder of this window. */
export async function reportTrust(engine: Pick<Engine, 'setTrust'>): Promise<void> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    if (folder.uri.scheme === 'file') await engine.setTrust(folder.uri.fsPath, vscode.workspace.isTrusted);
  }
}

/** @returns whether the workspace is trusted; if not, says so and offers to change it. */
export async function requireTrust(doing: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = 'Manage Workspace Trust';
  const chosen = await vscode.window.showWarningMessage(
    `This workspace is not trusted, so Runwright does not ${doing} in it. Trust it first if you know where its files come from.`,
    manage,
  );
  if (chosen === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}
