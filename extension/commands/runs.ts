import * as vscode from 'vscode';
import { stepFinder } from '../editor/steps.ts';
import { Refusal } from '../engine/problem.ts';
import { isFinal } from '../runs/words.ts';
import { tellBriefly } from '../tell.ts';
import { fileOf, runOf, stepOf } from './arguments.ts';
import { chooseRun } from './choose-run.ts';
import type { Handler } from './handler.ts';
import { isRunbookFile, openDocument } from './runbooks.ts';

/** Cancel Run: the one given, else the only one that is not finished, else one that is chosen. */
export const cancel: Handler = async (services, argument) => {
  const run = runOf(argument) ?? (await chooseRun(services, 'Cancel Run', (item) => !isFinal(item), 'No run is under way.'));
  if (!run) return;
  services.store.put(await (await services.engine()).cancel(run, { via: 'vscode' }));
  tellBriefly('$(debug-stop) Cancelling the run');
};

/** Show Run Output. */
export const openRun: Handler = async (services, argument) => {
  const run = runOf(argument) ?? (await chooseRun(services, 'Show Run Output', () => true, 'Nothing has been run yet.'));
  if (run) await services.showOutput(run);
};

/** Open Runbook, at the step when one is meant. */
export const openRunbook: Handler = async (services, argument) => {
  const uri = fileOf(argument);
  if (!uri) throw new Refusal('No runbook was named.', 'Use the command on a run or a runbook in the Runwright views.');
  if (!isRunbookFile(uri)) throw new Refusal(`${uri.fsPath} is not a runbook.`, 'A runbook is a file whose name ends in .runbook.yaml.');
  const document = await openDocument(uri);
  const step = stepOf(argument);
  const line = step === undefined ? undefined : stepFinder((await services.language.outline(uri))?.steps ?? [])(step)?.range.start.line;
  const editor = await vscode.window.showTextDocument(document);
  if (line === undefined) return;
  const at = new vscode.Range(line, 0, line, 0);
  editor.selection = new vscode.Selection(at.start, at.start);
  editor.revealRange(at, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
};

export const refresh: Handler = (services) => services.refreshViews();
