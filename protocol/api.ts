import * as Type from 'typebox';
import { type ApprovalView, ErrorView, RiskLevel, type RunDetail, RunEvent, RunStatus, type RunSummary } from './run.ts';

/** Bodies and queries of the HTTP API; each route checks its own. */
export const Health = Type.Object({
  product: Type.Literal('runwright'),
  version: Type.String(),
  protocol: Type.Integer(),
  schema: Type.Integer(),
  pid: Type.Integer(),
  /** With `?nonce=`: hex HMAC-SHA256 of it under the engine's identity key. A client shows its token to nobody who cannot give this. */
  proof: Type.Optional(Type.String()),
});
export type Health = Type.Static<typeof Health>;

export const scopes = ['read', 'request', 'approve'] as const;
export type Scope = (typeof scopes)[number];

const via = Type.Enum(['cli', 'vscode', 'chat', 'api']);

export const StartRun = Type.Object(
  {
    /** Absolute path. */
    file: Type.String({ minLength: 1 }),
    /** As typed (text is converted to the input's type) or as JSON values. */
    inputs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** Run this step alone; `given` are the outputs of steps it refers to, else the last run's are taken. */
    step: Type.Optional(Type.String()),
    given: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()))),
    via: Type.Optional(via),
    /** A person at a terminal vouches for this one file; needs the approve scope. */
    trustOnce: Type.Optional(Type.Boolean()),
    /** Environment of the client, filtered by the engine's allow list. */
    env: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { additionalProperties: false },
);
export type StartRun = Type.Static<typeof StartRun>;

export const ListRuns = Type.Object(
  {
    file: Type.Optional(Type.String()),
    status: Type.Optional(RunStatus),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  { additionalProperties: false },
);
export type ListRuns = Type.Static<typeof ListRuns>;

/** With `most`, a run of more steps is given with those alone that did not go well, at most that many, and the number of the others. */
export const ShowRun = Type.Object(
  { most: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })) },
  { additionalProperties: false },
);
export type ShowRun = Type.Static<typeof ShowRun>;

/** `digest` is the one that was shown: any other is refused. */
export const Decide = Type.Object(
  { step: Type.String(), digest: Type.String(), note: Type.Optional(Type.String({ maxLength: 4000 })), via: Type.Optional(via) },
  { additionalProperties: false },
);
export type Decide = Type.Static<typeof Decide>;

export const Answer = Type.Object(
  {
    step: Type.String(),
    answer: Type.Enum(['succeeded', 'failed', 'repeat']),
    note: Type.Optional(Type.String({ maxLength: 4000 })),
    via: Type.Optional(via),
  },
  { additionalProperties: false },
);
export type Answer = Type.Static<typeof Answer>;

export const Cancel = Type.Object({ via: Type.Optional(via) }, { additionalProperties: false });
export type Cancel = Type.Static<typeof Cancel>;

/** Body of what is asked of a run as a whole: pause, resume, rollback. */
export const Act = Type.Object({ via: Type.Optional(via) }, { additionalProperties: false });
export type Act = Type.Static<typeof Act>;

/** `file`: another one than the run's own, absolute; `trustOnce` as for a start. */
export const EditRun = Type.Object(
  { file: Type.Optional(Type.String({ minLength: 1 })), trustOnce: Type.Optional(Type.Boolean()), via: Type.Optional(via) },
  { additionalProperties: false },
);
export type EditRun = Type.Static<typeof EditRun>;

export const Skip = Type.Object({ step: Type.String({ minLength: 1 }), via: Type.Optional(via) }, { additionalProperties: false });
export type Skip = Type.Static<typeof Skip>;

/** `step`: only this failed one, or what failed in it; `items`: only what failed in items of loops. */
export const Retry = Type.Object(
  { step: Type.Optional(Type.String({ minLength: 1 })), items: Type.Optional(Type.Boolean()), via: Type.Optional(via) },
  { additionalProperties: false },
);
export type Retry = Type.Static<typeof Retry>;

export const Trust = Type.Object({ folder: Type.String({ minLength: 1 }), trusted: Type.Boolean() }, { additionalProperties: false });
export type Trust = Type.Static<typeof Trust>;

export const PutSecret = Type.Object(
  { value: Type.String({ minLength: 1, maxLength: 65536 }), allowShort: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
export type PutSecret = Type.Static<typeof PutSecret>;

/** The key of the local secret store, 32 bytes in hex or base64; who keeps it from now on. */
export const SecretsKey = Type.Object(
  { key: Type.String({ minLength: 32, maxLength: 128 }), keep: Type.Enum(['client', 'file']) },
  { additionalProperties: false },
);
export type SecretsKey = Type.Static<typeof SecretsKey>;

/** `drain`: what runs inside the engine gets longer to end, as a newer one takes over. */
export const Shutdown = Type.Object({ drain: Type.Optional(Type.Boolean()) }, { additionalProperties: false });
export type Shutdown = Type.Static<typeof Shutdown>;

/** From which risk on a step asks even where its author did not. */
export const PolicyView = Type.Object({ askFrom: RiskLevel }, { additionalProperties: false });
export type PolicyView = Type.Static<typeof PolicyView>;

export const AuditQuery = Type.Object(
  { after: Type.Optional(Type.Integer({ minimum: 0 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 })) },
  { additionalProperties: false },
);
export type AuditQuery = Type.Static<typeof AuditQuery>;

/** An event as the journal holds it: `hash` is the SHA-256 of the JSON list [prev, run, seq, time, kind, payload]. A pruned one has no payload. */
export interface AuditEvent {
  readonly cursor: number;
  readonly run: string;
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly kind: string;
  readonly payload: string;
  readonly prev: string;
  readonly hash: string;
}
export interface AuditHead {
  readonly run: string;
  readonly seq: number;
  readonly hash: string;
}
export interface AuditReport {
  readonly events: number;
  readonly runs: number;
  readonly pruned: number;
  readonly damages: readonly { readonly run: string; readonly why: string }[];
}

export const Prune = Type.Object(
  { olderThanMs: Type.Integer({ minimum: 0 }), dryRun: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
export type Prune = Type.Static<typeof Prune>;
export interface PruneReport {
  readonly runs: readonly string[];
  readonly dryRun: boolean;
}

export const OutputQuery = Type.Object({ step: Type.String({ minLength: 1 }) }, { additionalProperties: false });
export type OutputQuery = Type.Static<typeof OutputQuery>;

export const FollowQuery = Type.Object(
  { run: Type.Optional(Type.String()), after: Type.Optional(Type.Integer({ minimum: 0 })) },
  { additionalProperties: false },
);
export type FollowQuery = Type.Static<typeof FollowQuery>;

/** The end of the output of a step's last attempt; `truncated` says that its beginning is left out, `offsets` how many bytes of each stream that is. */
export const OutputText = Type.Object({
  stdout: Type.String(),
  stderr: Type.String(),
  truncated: Type.Boolean(),
  attempt: Type.Integer(),
  offsets: Type.Object({ stdout: Type.Integer(), stderr: Type.Integer() }),
});
export type OutputText = Type.Static<typeof OutputText>;

/** Frames of the WebSocket `/v1/events?run=ID&after=SEQ`: without `run`, those of all runs from now on. */
export const EventFrame = Type.Union([
  Type.Object({ kind: Type.Literal('event'), event: RunEvent }),
  /** Everything up to now has been sent. */
  Type.Object({ kind: Type.Literal('live') }),
  Type.Object({ kind: Type.Literal('error'), error: ErrorView }),
]);
export type EventFrame = Type.Static<typeof EventFrame>;

/** Body of every answer that is not 2xx. */
export const Failure = Type.Object({ detail: Type.String(), error: Type.Optional(ErrorView) });
export type Failure = Type.Static<typeof Failure>;

/** Answers that are lists come under a name, so that a field can join them. */
export interface Answers {
  'GET /v1/runs': { runs: RunSummary[] };
  'GET /v1/approvals': { approvals: ApprovalView[] };
  'GET /v1/trust': { folders: string[] };
  'GET /v1/secrets': { names: string[] };
  'DELETE /v1/secrets/:name': { removed: boolean };
}

export type { RunDetail };
