import * as vscode from 'vscode';
import type { RunDetail, RunSummary, StepView } from '../../protocol/run.ts';
import { visible } from '../approvals/describe.ts';
import { Refusal } from '../engine/problem.ts';
import { canRetry, canSkip, canUndo, hasFailedItems } from '../runs/contexts.ts';
import { highestRisk, undoLines } from '../runs/undos.ts';
import { isFinal, stepSentence, stepTitle } from '../runs/words.ts';
import type { Services } from '../services.ts';
import { tellBriefly } from '../tell.ts';
import { requireTrust } from '../trust.ts';
import { runOf, stepOf } from './arguments.ts';
import { chooseRun } from './choose-run.ts';
import type { Handler } from './handler.ts';
import { savedRunbook } from './runbooks.ts';

/** Pause Run: what is under way goes on, nothing new starts. */
export const pause: Handler = async (services, argument) => {
  const fits = (run: RunSummary) => !isFinal(run) && run.status !== 'paused';
  const run = runOf(argument) ?? (await chooseRun(services, 'Pause Run', fits, 'No run is under way.'));
  if (!run) return;
  const detail = await (await services.engine()).pause(run, { via: 'vscode' });
  services.store.put(detail);
  const busy = detail.steps.some(({ status, verb, attempts }) => status === 'running' && attempts > 0 && verb !== 'wait');
  tellBriefly(`$(debug-pause) Paused${busy ? ': what runs now ends first' : ''}`);
};

/** Resume Run. */
export const resume: Handler = async (services, argument) => {
  if (!(await requireTrust('run anything'))) return;
  const run = runOf(argument) ?? (await chooseRun(services, 'Resume Run', ({ status }) => status === 'paused', 'No run is paused.'));
  if (!run) return;
  services.store.put(await (await services.engine()).resume(run, { via: 'vscode' }));
  tellBriefly('$(debug-continue) The run goes on');
};

/** Apply Edited Runbook: the steps of a paused run that have not begun are from now on as the file has them. */
export const edit: Handler = async (services, argument) => {
  if (!(await requireTrust('run anything'))) return;
  const run =
    runOf(argument) ?? (await chooseRun(services, 'Apply Edited Runbook', ({ status }) => status === 'paused', 'No run is paused.'));
  if (!run) return;
  const engine = await services.engine();
  const before = await engine.show(run);
  const document = await savedRunbook(vscode.Uri.file(before.file));
  const after = await engine.edit(run, { via: 'vscode' });
  services.store.put(after);
  if (after.snapshot !== before.snapshot) {
    tellBriefly('$(edit) The run has the edited runbook; resume it when it is to go on');
    return;
  }
  await vscode.window.showTextDocument(document);
  void vscode.window.showInformationMessage('The run has this runbook already. Edit the steps that have not begun, then apply it again.');
};

/** Retry Run: what failed runs again, and what follows it. */
export const retry: Handler = async (services, argument) => {
  if (!(await requireTrust('run anything'))) return;
  const run = runOf(argument) ?? (await chooseRun(services, 'Retry Run', canRetry, 'No run has failed.'));
  if (run) await again(services, run, {});
};

/** Retry Failed Items: those of loops, and nothing else that failed. */
export const retryItems: Handler = async (services, argument) => {
  if (!(await requireTrust('run anything'))) return;
  const run = runOf(argument) ?? (await chooseRun(services, 'Retry Failed Items', canRetry, 'No run has failed.'));
  if (!run) return;
  const detail = await (await services.engine()).show(run);
  if (!hasFailedItems(detail)) throw new Refusal('No item of a loop has failed in this run.', 'Use "Runwright: Retry Run" for what did.');
  await again(services, run, { items: true });
};

/** Retry Step: this one, or what failed in this item; without an argument one that is chosen. */
export const retryStep: Handler = async (services, argument) => {
  if (!(await requireTrust('run anything'))) return;
  const run = runOf(argument) ?? (await chooseRun(services, 'Retry Step', canRetry, 'No run has failed.'));
  if (!run) return;
  const given = stepOf(argument);
  const step = given ?? (await chooseStep(services, run, 'Retry Step', ({ status }) => status === 'failed', 'No step of it failed.'))?.id;
  if (step !== undefined) await again(services, run, { step });
};

async function again(services: Services, run: string, what: { step?: string; items?: boolean }): Promise<void> {
  services.store.put(await (await services.engine()).retry(run, { ...what, via: 'vscode' }));
  tellBriefly('$(debug-restart) Trying again what failed');
}

/** Skip Step: one that waits, asks, or has not begun. */
export const skip: Handler = async (services, argument) => {
  const fits = (item: RunSummary) => !isFinal(item);
  const run = runOf(argument) ?? (await chooseRun(services, 'Skip Step', fits, 'No run is under way.'));
  if (!run) return;
  const given = stepOf(argument);
  const detail = await (await services.engine()).show(run);
  const step =
    given === undefined
      ? await chooseStep(services, run, 'Skip Step', (item) => canSkip(detail, item), 'No step of it can be skipped now.')
      : detail.steps.find(({ id }) => id === given);
  if (!step) {
    if (given !== undefined) throw new Refusal(`The run has no step ${given} yet.`, 'Skip one that the Runs view shows.');
    return;
  }
  const button = 'Skip';
  const question = `Skip the step “${visible(stepTitle(step), 'line')}” of “${visible(detail.runbook, 'line')}”?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail: consequence(step) }, button)) !== button) return;
  services.store.put(await (await services.engine()).skip(run, { step: step.id, via: 'vscode' }));
  tellBriefly(`$(debug-step-over) Skipping ${step.id}`);
};

function consequence({ verb, status }: StepView): string {
  if (verb === 'approve') return 'It is a gate: what follows it runs without its approval. That you skipped it is kept with the run.';
  if (verb === 'wait') return 'What follows does not wait for it.';
  if (status === 'unknown') return 'Nobody knows whether it took effect. What follows runs without its outputs.';
  return 'It does not run. What follows runs without its outputs.';
}

/** Roll Back Run: asks with all that would be undone. */
export const rollback: Handler = async (services, argument) => {
  if (!(await requireTrust('run anything'))) return;
  const fits = (run: RunSummary) => canRetry(run) || run.status === 'paused';
  const run = runOf(argument) ?? (await chooseRun(services, 'Roll Back Run', fits, 'No run has failed or is paused.'));
  if (!run) return;
  const detail = await (await services.engine()).show(run);
  services.store.put(detail);
  if (!canUndo(detail)) throw new Refusal('Nothing of this run can be undone.', 'Only steps with an `undo` are taken back.');
  if (!(await confirmRollback(services, detail))) return;
  services.store.put(await (await services.engine()).rollback(run, { via: 'vscode' }));
  tellBriefly('$(discard) Rolling back');
};

/** A modal dialog does not scroll everywhere. */
const dialogLines = 24;

async function confirmRollback(services: Services, run: RunDetail): Promise<boolean> {
  const undos = undoLines(run);
  const lines = undos.join('\n').split('\n');
  const hidden = lines.length - dialogLines;
  const shown = lines.slice(0, dialogLines).map((line) => (line.length > 200 ? `${line.slice(0, 200)} …` : line));
  const detail = [
    `${undos.length === 1 ? 'One undo runs' : `${undos.length} undos run`}, one after the other. Highest risk: ${highestRisk(run)}.`,
    shown.join('\n'),
    ...(hidden > 0 ? [`Not everything fits here (${hidden} more ${hidden === 1 ? 'line' : 'lines'}).`] : []),
    run.status === 'paused' ? 'The run then ends as cancelled.' : 'The run stays failed.',
  ].join('\n\n');
  const look = 'Show It in an Editor';
  const button = 'Roll Back';
  // The first button has the focus: an Enter too many must not undo anything.
  const question = `Roll back “${visible(run.runbook, 'line')}”?`;
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, look, button);
  if (chosen === look) await services.showRollback(run.id);
  return chosen === button;
}

async function chooseStep(
  services: Services,
  run: string,
  title: string,
  fits: (step: StepView) => boolean,
  none: string,
): Promise<StepView | undefined> {
  const steps = (await (await services.engine()).show(run)).steps.filter(fits);
  if (steps.length === 0) void vscode.window.showInformationMessage(none);
  const items = steps.map((step) => ({ label: stepTitle(step), description: stepSentence(step), detail: step.id, step }));
  return items.length === 0
    ? undefined
    : (await vscode.window.showQuickPick(items, { title, placeHolder: 'Which step?', matchOnDescription: true, matchOnDetail: true }))
        ?.step;
}
