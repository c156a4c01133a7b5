import type { RunStatus } from '../../protocol/run.ts';

/** Our words for a run's status in those that clients of workflow engines know. */
export const workflowStatus: Readonly<Record<RunStatus, { readonly status: string; readonly subStatus: string }>> = {
  pending: { status: 'Idle', subStatus: 'Pending' },
  running: { status: 'Running', subStatus: 'Executing' },
  waiting_approval: { status: 'Suspended', subStatus: 'Suspended' },
  paused: { status: 'Suspended', subStatus: 'Suspended' },
  rolling_back: { status: 'Running', subStatus: 'Executing' },
  completed: { status: 'Finished', subStatus: 'Finished' },
  failed: { status: 'Faulted', subStatus: 'Faulted' },
  rejected: { status: 'Cancelled', subStatus: 'Cancelled' },
  cancelled: { status: 'Cancelled', subStatus: 'Cancelled' },
};
