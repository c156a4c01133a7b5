import { explainFailure } from './explain-failure.ts';
import { findRunbook } from './find-runbook.ts';
import { getActivityCatalog } from './get-activity-catalog.ts';
import { getRunOutput } from './get-run-output.ts';
import { getWorkflowDefinition } from './get-workflow-definition.ts';
import { getWorkflowInstanceErrors } from './get-workflow-instance-errors.ts';
import { getWorkflowInstanceState } from './get-workflow-instance-state.ts';
import { listRuns } from './list-runs.ts';
import { proposeActions } from './propose-actions.ts';
import { proposeNewWorkflow } from './propose-new-workflow.ts';
import { proposeWorkflowEdit } from './propose-workflow-edit.ts';
import { requestRun } from './request-run.ts';
import { searchHistory } from './search-history.ts';
import type { CopilotTool } from './tool.ts';
import { validateRunbook } from './validate-runbook.ts';

/** Everything that a model can ask for, in the chat, in VS Code and elsewhere. A tool that approves will not be here. */
export const tools: readonly CopilotTool[] = [
  getWorkflowDefinition,
  getWorkflowInstanceState,
  getWorkflowInstanceErrors,
  getActivityCatalog,
  validateRunbook,
  proposeWorkflowEdit,
  proposeNewWorkflow,
  proposeActions,
  explainFailure,
  findRunbook,
  requestRun,
  listRuns,
  getRunOutput,
  searchHistory,
];
