import type { RunDetail } from '../../protocol/run.ts';
import type { JsonObject } from '../../runbook/core/json.ts';
import { definitionId } from './definition.ts';
import { workflowStatus } from './status.ts';

/** The run as clients of workflow engines know one: waits are bookmarks, errors are incidents, values are properties. */
export function instanceData(run: RunDetail): JsonObject {
  const { status, subStatus } = workflowStatus[run.status];
  return {
    id: run.id,
    definitionId: definitionId(run.file),
    status,
    subStatus,
    correlationId: null,
    createdAt: run.createdAt,
    updatedAt: run.updatedAt,
    finishedAt: run.finishedAt ?? null,
    workflowState: {
      status,
      subStatus,
      bookmarks: run.approvals.filter((approval) => approval.status === 'pending').length,
      incidents: incidents(run).length,
      properties: Object.keys(run.inputs).length + Object.keys(run.outputs).length,
    },
    activities: run.steps.map((step) => ({
      activityId: step.id,
      activityType: step.verb,
      status: step.status,
      attempts: step.attempts,
      ...(step.exitCode === undefined ? {} : { exitCode: step.exitCode }),
      ...(step.durationMs === undefined ? {} : { durationMs: step.durationMs }),
    })),
    ...(run.stepsLeftOut === undefined ? {} : { activitiesLeftOut: run.stepsLeftOut }),
    inputs: run.inputs as JsonObject,
    outputs: run.outputs as JsonObject,
  };
}

export interface Incident {
  readonly activityId: string | null;
  readonly activityType: string | null;
  readonly message: string;
  readonly exception: string;
  readonly timestamp: string | null;
}

/** Errors of the run and its steps, refusals and expired questions: each once, in the order they happened. */
export function incidents(run: RunDetail): Incident[] {
  const verb = (id: string | undefined) => run.steps.find((step) => step.id === id)?.verb ?? null;
  const recorded = run.errors.map((error) => ({
    activityId: error.step ?? null,
    activityType: verb(error.step),
    message: error.message,
    exception: `${error.code} (${error.class}): ${error.remedy}`,
    timestamp: error.time,
  }));
  const known = new Set(recorded.map((incident) => incident.activityId));
  const ofSteps = run.steps.flatMap((step) =>
    step.error === undefined || known.has(step.id)
      ? []
      : [
          {
            activityId: step.id,
            activityType: step.verb,
            message: step.error.message,
            exception: `${step.error.code} (${step.error.class}): ${step.error.remedy}`,
            timestamp: step.finishedAt ?? null,
          },
        ],
  );
  const told = new Set([...recorded, ...ofSteps].map((incident) => incident.activityId));
  const refusals = run.approvals.flatMap((approval) =>
    (approval.status !== 'rejected' && approval.status !== 'expired') || told.has(approval.step)
      ? []
      : [
          {
            activityId: approval.step,
            activityType: verb(approval.step),
            message:
              approval.status === 'expired'
                ? 'Nobody answered the approval in time, which counts as no.'
                : `The approval was rejected by ${approval.by ?? 'a person'}${approval.note === undefined ? '.' : `: ${approval.note}`}`,
            exception: `approval-${approval.status}`,
            timestamp: null,
          },
        ],
  );
  return [...recorded, ...ofSteps, ...refusals];
}

/** The end of what a step printed. */
export interface StepOutput {
  readonly activityId: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

/** Undefined when nothing went wrong. */
export function errorsData(run: RunDetail, outputs: readonly StepOutput[]): JsonObject | undefined {
  const list = incidents(run);
  if (list.length === 0) return undefined;
  return {
    instanceId: run.id,
    status: workflowStatus[run.status].status,
    incidents: list.map((incident) => ({ ...incident })),
    totalErrors: list.length,
    outputs: outputs.map((output) => ({ ...output })),
  };
}
