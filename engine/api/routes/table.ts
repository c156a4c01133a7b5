import type { Route } from '../route.ts';
import { answerStep } from './answer-step.ts';
import { approvals } from './approvals.ts';
import { approveStep } from './approve-step.ts';
import { cancelRun } from './cancel-run.ts';
import { dryRun } from './dry-run.ts';
import { editRun } from './edit-run.ts';
import { listRuns } from './list-runs.ts';
import { pauseRun } from './pause-run.ts';
import { getPolicy, putPolicy } from './policy.ts';
import { rejectStep } from './reject-step.ts';
import { resumeRun } from './resume-run.ts';
import { retryRun } from './retry-run.ts';
import { rollbackRun } from './rollback-run.ts';
import { runOutput } from './run-output.ts';
import { addSchedule, listSchedules, removeSchedule } from './schedules.ts';
import { listSecrets, putSecret, putSecretsKey, removeSecret } from './secrets.ts';
import { showRun } from './show-run.ts';
import { shutdown } from './shutdown.ts';
import { skipStep } from './skip-step.ts';
import { startRun } from './start-run.ts';
import { getTrust, putTrust } from './trust.ts';
import { auditEvents, auditHeads, auditVerify, prune } from './upkeep.ts';

/** Every route behind a token. `/health` and the WebSocket `/v1/events` are beside it in server.ts. */
export const routes: readonly Route[] = [
  startRun,
  dryRun,
  listRuns,
  showRun,
  runOutput,
  approveStep,
  rejectStep,
  answerStep,
  cancelRun,
  pauseRun,
  resumeRun,
  editRun,
  skipStep,
  retryRun,
  rollbackRun,
  approvals,
  getTrust,
  putTrust,
  listSecrets,
  putSecret,
  putSecretsKey,
  removeSecret,
  getPolicy,
  putPolicy,
  addSchedule,
  listSchedules,
  removeSchedule,
  auditVerify,
  auditEvents,
  auditHeads,
  prune,
  shutdown,
];
