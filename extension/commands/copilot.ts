import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { setting } from '../settings.ts';
import { fileOf, runOf, stepOf } from './arguments.ts';
import type { Handler } from './handler.ts';
import { activeRunbook } from './runbooks.ts';

/** Ask Copilot About This Failure, or with `fix` for a change that mends it: the run given, else the last failed one of the active runbook, else the last failed one. */
export const explainFailure = whenOn(async (services, argument) => {
  const given = runOf(argument);
  const run = given ?? (await lastFailed(services, fileOf(argument)?.fsPath ?? activeRunbook()?.uri.fsPath));
  if (!run) {
    void vscode.window.showInformationMessage('No run has failed, so there is nothing to explain.');
    return;
  }
  const step = stepOf(argument);
  const fix = typeof argument === 'object' && argument !== null && 'fix' in argument && argument.fix === true;
  const [all, one] = fix ? ['Propose a fix', 'Propose a fix for the step'] : ['Why did this fail?', 'Why did the step'];
  await (await services.chat()).openChat({ ask: step === undefined ? all : `${one} ${step}${fix ? '' : ' fail?'}`, run });
});

export const openChat = whenOn(async (services) => (await services.chat()).openChat());
export const newChat = whenOn(async (services) => (await services.chat()).newChat());
export const chatHistory = whenOn(async (services) => (await services.chat()).chatHistory());
export const showContext = whenOn(async (services) => (await services.chat()).showContext());
export const setApiKey = whenOn(async (services) => (await services.chat()).setApiKey());
export const testModel = whenOn(async (services) => (await services.chat()).testModel());

/** With the copilot switched off nothing of it is loaded, whoever calls the command. */
function whenOn(handler: Handler): Handler {
  return (services, argument) => (setting('ai.enabled') ? handler(services, argument) : undefined);
}

async function lastFailed(services: Services, file: string | undefined): Promise<string | undefined> {
  await services.store.reload();
  // A run whose last steps still wait for somebody has failed all the same.
  const failed = services.store.runs.filter(
    (run) => run.status === 'failed' || services.store.detail(run.id)?.steps.some((step) => step.status === 'failed'),
  );
  return (failed.find((run) => run.file === file) ?? failed[0])?.id;
}
