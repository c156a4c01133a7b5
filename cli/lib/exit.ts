import type { RunStatus } from '../../protocol/run.ts';

/** What the command ends with; scripts rely on these numbers. */
export const exit = {
  completed: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  unknown: 4,
  refused: 5,
  unreachable: 6,
  cancelled: 130,
} as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

/** A run that is still on its way counts as waiting: unfinished work never ends with 0. */
export function exitOfRun(status: RunStatus): ExitCode {
  switch (status) {
    case 'completed':
      return exit.completed;
    case 'failed':
    case 'rejected':
      return exit.failed;
    case 'cancelled':
      return exit.cancelled;
    default:
      return exit.waiting;
  }
}

const byCode: Readonly<Record<string, ExitCode>> = {
  'run-unknown': exit.unknown,
  'step-unknown': exit.unknown,
  'secret-unknown': exit.unknown,
  'schedule-unknown': exit.unknown,
  'file-unreadable': exit.usage,
  'approval-none': exit.refused,
  'approval-stale': exit.refused,
  'edit-begun': exit.refused,
  'edit-running': exit.refused,
  'folder-untrusted': exit.refused,
  'scope-missing': exit.refused,
  'secret-missing': exit.refused,
  'secret-short': exit.refused,
  'engine-unreachable': exit.unreachable,
  'engine-other-version': exit.unreachable,
  'state-folder': exit.unreachable,
  'engine-running': exit.unreachable,
  'engine-stopping': exit.unreachable,
  'journal-newer': exit.unreachable,
  'journal-broken': exit.unreachable,
  unauthorized: exit.unreachable,
  internal: exit.failed,
};

const byClass: Readonly<Record<string, ExitCode>> = {
  'invalid-input': exit.usage,
  'not-found': exit.usage,
  permission: exit.refused,
  auth: exit.refused,
  'rate-limit': exit.refused,
};

/** For a command that could not do what it was asked. */
export function exitOfProblem(problem: { code: string; class: string }): ExitCode {
  return byCode[problem.code] ?? byClass[problem.class] ?? exit.failed;
}
