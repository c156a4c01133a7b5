import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/run.ts';
import { runSentence } from '../runs/words.ts';
import type { Services } from '../services.ts';

/** The only run that fits, else the one that is chosen. Undefined when there is none or the person chose none. */
export async function chooseRun(
  services: Services,
  title: string,
  fits: (run: RunSummary) => boolean,
  none: string,
): Promise<string | undefined> {
  await services.store.reload();
  const runs = services.store.runs.filter(fits);
  if (runs.length === 0) void vscode.window.showInformationMessage(none);
  if (runs.length <= 1) return runs[0]?.id;
  const items = runs.map((run) => ({
    label: run.runbook,
    description: runSentence(services.store.detail(run.id) ?? run, services.store.runs),
    detail: new Date(run.createdAt).toLocaleString(),
    run: run.id,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Which run?' }))?.run;
}
