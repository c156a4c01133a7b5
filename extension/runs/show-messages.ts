import * as vscode from 'vscode';
import { unlinked, visible } from '../approvals/describe.ts';
import type { Services } from '../services.ts';
import { messagesOf, type RunMessage } from './messages.ts';
import { oneLine } from './words.ts';

/** Of one change of a run; a loop may have many. */
const most = 3;

/** Shows each message that a run has for VS Code once, from now on. */
export function showMessages(services: Services): vscode.Disposable {
  const since = new Date().toISOString();
  const told = new Set<string>();
  const stop = services.store.onChange((run) => {
    const detail = run === undefined ? undefined : services.store.detail(run);
    if (!detail) return;
    const fresh = messagesOf(detail, since).filter(({ key }) => !told.has(key));
    for (const { key } of fresh) told.add(key);
    for (const message of fresh.slice(0, most)) void show(message, detail.id);
    const more = fresh.length - most;
    if (more > 0) void show({ key: '', severity: 'info', text: `${detail.runbook} — and ${more} more messages` }, detail.id);
  });
  return { dispose: stop };
}

async function show({ severity, text }: RunMessage, run: string): Promise<void> {
  const { showErrorMessage, showInformationMessage, showWarningMessage } = vscode.window;
  const tell = { info: showInformationMessage, warning: showWarningMessage, error: showErrorMessage }[severity];
  const chosen = await tell(unlinked(oneLine(visible(text, 'line'), 400)), 'Show Run');
  if (chosen === 'Show Run') await vscode.commands.executeCommand('runwright.openRun', { run });
}
