import * as vscode from 'vscode';
import type { StartRun } from '../../protocol/api.ts';
import type { OutlineStep } from '../../protocol/lsp.ts';
import { runnable, stepAt } from '../editor/steps.ts';
import { Refusal } from '../engine/problem.ts';
import type { Services } from '../services.ts';
import { recordOf, stepOf } from './arguments.ts';
import type { Handler } from './handler.ts';
import { chooseRunbook } from './runbooks.ts';
import { startRun } from './start.ts';

/** Run Step: the one given, else the one under the cursor, else one that is chosen. Returns the run's id. */
export const runStep: Handler = async (services, argument) => {
  const uri = await chooseRunbook(argument, 'Run Step');
  if (!uri) return undefined;
  const step = stepOf(argument) ?? (await chooseStep(services, uri));
  if (step === undefined) return undefined;
  const alone = await whatRunsAlone(step);
  if (alone === undefined) return undefined;
  const given = recordOf(argument, 'given') as StartRun['given'];
  return (await startRun(services, { title: `Run Step ${alone}`, uri, step: alone, inputs: recordOf(argument, 'inputs'), given }))?.id;
};

async function chooseStep(services: Services, uri: vscode.Uri): Promise<string | undefined> {
  const all = (await services.language.outline(uri))?.steps ?? [];
  const steps: readonly OutlineStep[] = runnable(all);
  if (steps.length === 0) throw new Refusal('This runbook has no step to run.', 'Write one under `steps:` first.');
  const editor = vscode.window.activeTextEditor;
  const here = editor?.document.uri.toString() === uri.toString() ? stepAt(all, editor.selection.active.line) : undefined;
  if (here) return here.path;
  const items = steps.map((step) => ({ label: step.name ?? step.path, description: step.name ? step.path : undefined, step }));
  return (await vscode.window.showQuickPick(items, { title: 'Run Step', placeHolder: 'Which step?' }))?.step.path;
}

/** What a loop holds has no item to run with by itself: then the loop is offered. Undefined when the person wants none of it. */
async function whatRunsAlone(step: string): Promise<string | undefined> {
  const inner = /^(.*?)\[\d*\]/.exec(step)?.[1];
  if (inner === undefined && !/^(?:undo|fallback)\//.test(step)) return step;
  if (inner === undefined || /^(?:undo|fallback)\//.test(step)) {
    const when = step.startsWith('undo/') ? 'in a rollback' : 'when the step that it stands in for has failed';
    throw new Refusal(`The step ${step} runs only ${when}.`, 'Run the runbook, or the step that it belongs to.');
  }
  const button = 'Run the Loop';
  const question = `The step ${step} runs once for each item of the loop ${inner}, so it cannot run alone. Run the whole loop?`;
  return (await vscode.window.showInformationMessage(question, button)) === button ? inner : undefined;
}
