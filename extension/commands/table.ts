import * as vscode from 'vscode';
import type { CommandId } from '../contributions.ts';
import type { Services } from '../services.ts';
import { tellError } from '../tell.ts';
import { edit, pause, resume, retry, retryItems, retryStep, rollback, skip } from './control.ts';
import { chatHistory, explainFailure, newChat, openChat, setApiKey, showContext, testModel } from './copilot.ts';
import { answerUnknown, approve, reject } from './decide.ts';
import { dryRun } from './dry-run.ts';
import type { Handler } from './handler.ts';
import { showReferences, useLanguage } from './language.ts';
import { restartEngine, restartServer, showLog } from './maintenance.ts';
import { run } from './run.ts';
import { runStep } from './run-step.ts';
import { cancel, openRun, openRunbook, refresh } from './runs.ts';
import { removeSecret, setSecret } from './secrets.ts';

/** Every command of package.json and what it does; the compiler wants each of them here. */
const handlers: Readonly<Record<CommandId, Handler>> = {
  'runwright.run': run,
  'runwright.runStep': runStep,
  'runwright.dryRun': dryRun,
  'runwright.approve': approve,
  'runwright.reject': reject,
  'runwright.answerUnknown': answerUnknown,
  'runwright.cancel': cancel,
  'runwright.pause': pause,
  'runwright.resume': resume,
  'runwright.edit': edit,
  'runwright.retry': retry,
  'runwright.retryItems': retryItems,
  'runwright.retryStep': retryStep,
  'runwright.skip': skip,
  'runwright.rollback': rollback,
  'runwright.explainFailure': explainFailure,
  'runwright.openChat': openChat,
  'runwright.newChat': newChat,
  'runwright.chatHistory': chatHistory,
  'runwright.showContext': showContext,
  'runwright.setApiKey': setApiKey,
  'runwright.testModel': testModel,
  'runwright.setSecret': setSecret,
  'runwright.removeSecret': removeSecret,
  'runwright.openRun': openRun,
  'runwright.refresh': refresh,
  'runwright.openRunbook': openRunbook,
  'runwright.showReferences': showReferences,
  'runwright.useLanguage': useLanguage,
  'runwright.restartEngine': restartEngine,
  'runwright.restartServer': restartServer,
  'runwright.showLog': showLog,
};

export function registerCommands(services: Services): vscode.Disposable[] {
  return Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async (argument?: unknown) => {
      try {
        return await handler(services, argument);
      } catch (error) {
        // Not awaited: the command is over, the message may stay for as long as it likes.
        void tellError(error, services.log);
        return undefined;
      }
    }),
  );
}
