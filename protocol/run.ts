import * as Type from 'typebox';

/** Views of runs as clients get them. Times are ISO 8601 in UTC, durations milliseconds. */
export const RunStatus = Type.Enum([
  'pending',
  'running',
  'waiting_approval',
  'paused',
  'rolling_back',
  'completed',
  'failed',
  'rejected',
  'cancelled',
]);
export type RunStatus = Type.Static<typeof RunStatus>;
export const finalStatuses: readonly RunStatus[] = ['completed', 'failed', 'rejected', 'cancelled'];

export const StepStatus = Type.Enum([
  'pending',
  'waiting_approval',
  'running',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
  'undone',
  'unknown',
]);
export type StepStatus = Type.Static<typeof StepStatus>;

export const RiskLevel = Type.Enum(['low', 'medium', 'high', 'critical']);
export type RiskLevel = Type.Static<typeof RiskLevel>;

export const ErrorView = Type.Object({
  code: Type.String(),
  class: Type.String(),
  message: Type.String(),
  remedy: Type.String(),
  /** What a client can act on: `step-needs` gives `needs`, a list of { step, output } to put into `given`. */
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type ErrorView = Type.Static<typeof ErrorView>;

/** What a rollback would do to take a step back, as written: its expressions are resolved when its turn comes. */
export const UndoView = Type.Object({
  name: Type.Optional(Type.String()),
  verb: Type.String(),
  risk: RiskLevel,
  /** The script, or the action's input as JSON. */
  does: Type.Optional(Type.String()),
});
export type UndoView = Type.Static<typeof UndoView>;

export const StepView = Type.Object({
  /** The step's path: `block`, `each[0]/probe`, `nested/inner` of a runbook that was called, `verify/blocked`, `#3` where it has no id. */
  id: Type.String(),
  name: Type.Optional(Type.String()),
  /** `run`, `approve`, or the action's name. */
  verb: Type.String(),
  /** 1-based line in the runbook as it was when the run started. */
  line: Type.Integer(),
  /** Absolute path of the runbook that it is written in, where that is one that was called. */
  file: Type.Optional(Type.String()),
  /** Path of the step that it is in: a block, a loop, the call of its runbook, or the step that it undoes or stands in for. */
  inside: Type.Optional(Type.String()),
  /** Of a step that succeeded and can be taken back. */
  undo: Type.Optional(UndoView),
  status: StepStatus,
  attempts: Type.Integer(),
  startedAt: Type.Optional(Type.String()),
  finishedAt: Type.Optional(Type.String()),
  durationMs: Type.Optional(Type.Number()),
  exitCode: Type.Optional(Type.Integer()),
  /** Its action was not run: the outputs are those that it gave then, kept as `cache` says. */
  cachedAt: Type.Optional(Type.String()),
  error: Type.Optional(ErrorView),
  outputs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type StepView = Type.Static<typeof StepView>;

/** What would run, in the words a person decides by; secrets appear as `***NAME***`. */
export const RequestView = Type.Object({
  kind: Type.Enum(['script', 'action', 'gate']),
  script: Type.Optional(Type.String()),
  shell: Type.Optional(Type.String()),
  workingDirectory: Type.Optional(Type.String()),
  action: Type.Optional(Type.String()),
  with: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** What replaces parts of `with` on later attempts, as written. */
  retryWith: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** What the workspace says for the action. */
  settings: Type.Optional(Type.Unknown()),
  env: Type.Record(Type.String(), Type.String()),
  target: Type.String(),
  /** What the target means, where it is not this machine. */
  connection: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type RequestView = Type.Static<typeof RequestView>;

export const ApprovalView = Type.Object({
  run: Type.String(),
  runbook: Type.String(),
  file: Type.String(),
  step: Type.String(),
  stepName: Type.Optional(Type.String()),
  line: Type.Integer(),
  /** `approval`: may it run? `unknown-outcome`: what became of it? */
  kind: Type.Enum(['approval', 'unknown-outcome']),
  status: Type.Enum(['pending', 'approved', 'rejected', 'expired', 'answered', 'void']),
  digest: Type.String(),
  message: Type.String(),
  risk: RiskLevel,
  /** Who wanted the question: the author, or the policy by the step's risk. */
  reason: Type.Enum(['author', 'policy']),
  request: RequestView,
  requestedAt: Type.String(),
  expiresAt: Type.Optional(Type.String()),
  /** Subjects who may approve; anybody with the right to where absent. */
  approvers: Type.Optional(Type.Array(Type.String())),
  /** Names of approvers that nobody has: then nobody can approve. */
  unresolved: Type.Optional(Type.Array(Type.String())),
  /** How many different people are needed, and who has approved so far. */
  min: Type.Optional(Type.Integer()),
  given: Type.Optional(Type.Array(Type.String())),
  /** When others were asked too. */
  escalatedAt: Type.Optional(Type.String()),
  by: Type.Optional(Type.String()),
  via: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
});
export type ApprovalView = Type.Static<typeof ApprovalView>;

export const RunSummary = Type.Object({
  id: Type.String(),
  runbook: Type.String(),
  file: Type.String(),
  status: RunStatus,
  createdAt: Type.String(),
  finishedAt: Type.Optional(Type.String()),
  requestedBy: Type.String(),
});
export type RunSummary = Type.Static<typeof RunSummary>;

export const RunDetail = Type.Object({
  ...RunSummary.properties,
  via: Type.String(),
  updatedAt: Type.String(),
  /** SHA-256 of the snapshot and of the file's text. */
  snapshot: Type.String(),
  fileDigest: Type.String(),
  inputs: Type.Record(Type.String(), Type.Unknown()),
  /** In start order; those not started yet follow in the runbook's order. */
  steps: Type.Array(StepView),
  /** How many steps `steps` leaves out, where not all were asked for. */
  stepsLeftOut: Type.Optional(Type.Integer()),
  approvals: Type.Array(ApprovalView),
  errors: Type.Array(Type.Object({ ...ErrorView.properties, step: Type.Optional(Type.String()), time: Type.String() })),
  outputs: Type.Record(Type.String(), Type.Unknown()),
  rollback: Type.Optional(Type.Enum(['full', 'partial'])),
  /** Who wanted the pause that it is in; a run can also be `paused` because of a step whose outcome is unknown. */
  paused: Type.Optional(Type.Object({ by: Type.String(), at: Type.String() })),
  /** It waits for the run `behind` of its concurrency group to end. */
  queued: Type.Optional(Type.Object({ group: Type.String(), behind: Type.Optional(Type.String()) })),
  /** Sequence of the last event that this view holds. */
  seq: Type.Integer(),
});
export type RunDetail = Type.Static<typeof RunDetail>;

/** What changed in a run, as sent over the WebSocket and printed line by line. `seq` counts the run's journal; output is not journaled and repeats the last one. */
export const RunEvent = Type.Object({
  seq: Type.Integer(),
  time: Type.String(),
  run: Type.String(),
  /** The journal's event kind, or `output`. */
  type: Type.String(),
  step: Type.Optional(Type.String()),
  attempt: Type.Optional(Type.Integer()),
  /** Of the run after this event. */
  status: Type.Optional(RunStatus),
  /** Of the step after this event. */
  stepStatus: Type.Optional(StepStatus),
  stream: Type.Optional(Type.Enum(['stdout', 'stderr'])),
  text: Type.Optional(Type.String()),
  /** Of output: bytes of the attempt's stream, in UTF-8, before this text. */
  offset: Type.Optional(Type.Integer()),
  exitCode: Type.Optional(Type.Integer()),
  cachedAt: Type.Optional(Type.String()),
  error: Type.Optional(ErrorView),
  digest: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  by: Type.Optional(Type.String()),
  via: Type.Optional(Type.String()),
});
export type RunEvent = Type.Static<typeof RunEvent>;
