import * as vscode from 'vscode';
import { unlinked } from './approvals/describe.ts';
import { told } from './engine/problem.ts';

/** Shows an error once: what happened, what to do, and a button where we can do it. */
export async function tellError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  const problem = told(error);
  log.error(error instanceof Error ? error : problem.message);
  const actions = { ...(problem.code ? remedies[problem.code] : undefined), 'Show Log': 'runwright.showLog' } as Record<string, string>;
  const chosen = await vscode.window.showErrorMessage(
    unlinked([problem.message, problem.remedy].join(' ').trim()),
    ...Object.keys(actions),
  );
  if (chosen && actions[chosen]) await vscode.commands.executeCommand(actions[chosen]);
}

/** Error code → button → command. */
const remedies: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'folder-untrusted': { 'Manage Workspace Trust': 'workbench.trust.manage' },
  'secret-missing': { 'Set Secret': 'runwright.setSecret' },
  'engine-unreachable': { 'Restart Engine': 'runwright.restartEngine' },
};

/** A line in the status bar that goes away by itself. */
export function tellBriefly(text: string): void {
  vscode.window.setStatusBarMessage(text, 5000);
}
