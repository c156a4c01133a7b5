/** What package.json declares, once more for the compiler; `npm run verify` compares the two. */
export const commandIds = [
  'runwright.run',
  'runwright.runStep',
  'runwright.dryRun',
  'runwright.approve',
  'runwright.reject',
  'runwright.answerUnknown',
  'runwright.cancel',
  'runwright.pause',
  'runwright.resume',
  'runwright.edit',
  'runwright.retry',
  'runwright.retryItems',
  'runwright.retryStep',
  'runwright.skip',
  'runwright.rollback',
  'runwright.explainFailure',
  'runwright.openChat',
  'runwright.newChat',
  'runwright.chatHistory',
  'runwright.showContext',
  'runwright.setApiKey',
  'runwright.testModel',
  'runwright.setSecret',
  'runwright.removeSecret',
  'runwright.openRun',
  'runwright.refresh',
  'runwright.openRunbook',
  'runwright.showReferences',
  'runwright.useLanguage',
  'runwright.restartEngine',
  'runwright.restartServer',
  'runwright.showLog',
] as const;
export type CommandId = (typeof commandIds)[number];

export const viewIds = ['runwright.runbooks', 'runwright.approvals', 'runwright.runs', 'runwright.chat'] as const;

/** Settings without their prefix `runwright.`, with their defaults. */
export const settingDefaults = {
  'ai.enabled': true as boolean,
  'ai.provider': 'offline' as 'offline' | 'vscode' | 'openai',
  'ai.vscodeModel': '' as string,
  'ai.baseUrl': 'https://api.openai.com/v1' as string,
  'ai.model': 'gpt-5-mini' as string,
  'approval.policy': 'high' as 'low' | 'medium' | 'high' | 'critical',
  'secrets.keyInVSCode': false as boolean,
  'editor.inlayHints': true as boolean,
  'editor.referencesLens': false as boolean,
  'trace.server': 'off' as 'off' | 'messages' | 'verbose',
};
export type Settings = typeof settingDefaults;

/** Exact `viewItem` values; menus match them whole or by their beginning. */
export const itemContexts = [
  'runbook',
  'runbook.step',
  'approval',
  'unknown',
  'run.active',
  'run.paused',
  'run.paused.undo',
  'run.held',
  'run.failed',
  'run.failed.undo',
  'run.failed.items',
  'run.failed.items.undo',
  'run.failed.over',
  'run.done',
  'step.pending',
  'step.asks',
  'step.unknown',
  'step.waits',
  'step.running',
  'step.failed',
  'step.failed.retry',
  'step.done',
  'group',
  'group.failed',
] as const;
export type ItemContext = (typeof itemContexts)[number];

export const languageId = 'runbook';
/** Suffixes of runbook files, as contributed for the language. */
export const fileSuffixes = ['.runbook.yaml', '.runbook.yml', '.workflow.yaml', '.workflow.yml'] as const;
export const runbookGlob = '**/*.{runbook,workflow}.{yaml,yml}';

/** Of the tools that other chats of VS Code may use; extension/lm/contribution.ts says the rest. */
export const toolPrefix = 'runwright_';
export const toolNames = [
  'runwright_get_workflow_definition',
  'runwright_get_workflow_instance_state',
  'runwright_get_workflow_instance_errors',
  'runwright_get_activity_catalog',
  'runwright_validate_runbook',
  'runwright_propose_workflow_edit',
  'runwright_propose_new_workflow',
  'runwright_explain_failure',
  'runwright_find_runbook',
  'runwright_request_run',
  'runwright_list_runs',
  'runwright_get_run_output',
  'runwright_search_history',
] as const;
