import type { Problem } from '../../runbook/core/errors.ts';
import type { SecretOutputs } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Risk } from '../../runbook/core/model.ts';
import type { Opening, Request } from './request.ts';
import type { Snapshot } from './snapshot.ts';

export type Phase = 'steps' | 'verify' | 'on-failure' | 'rollback' | 'on-cancel' | 'finally';
export type SkipReason = 'if' | 'earlier-failure' | 'cancelled' | 'requested';
export type FinalStatus = 'completed' | 'failed' | 'rejected' | 'cancelled';
/** Who did it: the token's subject, and through what (`cli`, `vscode`, `chat`, `api`). */
export interface Actor {
  readonly by: string;
  readonly via: string;
}

/** `time` is milliseconds since the epoch, as the runtime said it; `path` a step's path. */
export type KernelEvent = { readonly time: number } & (
  | {
      readonly kind: 'run-started';
      readonly run: string;
      readonly snapshot: string;
      readonly inputs: Readonly<Record<string, Json>>;
      readonly actor: Actor;
      readonly only?: string;
      readonly given?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
      readonly policy: Policy;
      readonly people?: People;
      /** The run's concurrency group. */
      readonly group?: string;
      /** Turns that it may take, where not as many as usual. */
      readonly most?: number;
      /** It begins with `run-released`, when its group is free. */
      readonly queued?: true;
    }
  | { readonly kind: 'run-released' }
  /** Of a paused run: what has not begun is from now on as another snapshot has it. `snapshot` is its digest; a journal may keep it apart. */
  | {
      readonly kind: 'run-edited';
      readonly snapshot: string;
      readonly edited: Snapshot;
      readonly inputs: Readonly<Record<string, Json>>;
      readonly policy: Policy;
      readonly people?: People;
      readonly actor: Actor;
    }
  /** `call`: path of the step that called the runbook; none in the run's own. */
  | { readonly kind: 'phase-entered'; readonly phase: Phase; readonly call?: string }
  | { readonly kind: 'step-skipped'; readonly path: string; readonly reason: SkipReason; readonly actor?: Actor }
  | {
      readonly kind: 'approval-requested';
      readonly path: string;
      readonly attempt: number;
      readonly digest: string;
      readonly request: Request;
      readonly message: string;
      readonly risk: Risk;
      readonly reason: 'author' | 'policy';
      readonly expiresAt?: number;
      /** Subjects who may answer; whoever has the right to approve where absent. */
      readonly approvers?: readonly string[];
      /** Names that nobody knows: with one of them nobody can approve. */
      readonly unresolved?: readonly string[];
      /** How many different subjects, where more than one. */
      readonly min?: number;
      /** A subject who may not answer: the one who asked for the run. */
      readonly not?: string;
      readonly escalation?: { readonly at: number; readonly approvers: readonly string[]; readonly unresolved?: readonly string[] };
    }
  /** One of several that are needed. */
  | { readonly kind: 'approval-given'; readonly path: string; readonly digest: string; readonly actor: Actor; readonly note?: string }
  /** `approvers`: whoever may answer from now on, where not everybody may. */
  | { readonly kind: 'approval-escalated'; readonly path: string; readonly digest: string; readonly approvers?: readonly string[] }
  | { readonly kind: 'approval-granted'; readonly path: string; readonly digest: string; readonly actor: Actor; readonly note?: string }
  | { readonly kind: 'approval-rejected'; readonly path: string; readonly digest: string; readonly actor: Actor; readonly note?: string }
  | { readonly kind: 'approval-expired'; readonly path: string; readonly digest: string }
  | {
      readonly kind: 'step-started';
      readonly path: string;
      readonly attempt: number;
      readonly digest: string;
      readonly request: Request;
      readonly risk: Risk;
    }
  /** A step that the kernel itself carries out: what is inside follows. */
  | { readonly kind: 'step-opened'; readonly path: string; readonly opening: Opening }
  /** One that is tried again, and had to wait for room in its list, goes on where it failed. */
  | { readonly kind: 'step-continued'; readonly path: string }
  /** An item of a `for-each` or a pass of a `repeat`, from 0. */
  | { readonly kind: 'pass-started'; readonly path: string; readonly index: number }
  /** The condition of a `wait` does not hold yet; it is looked at again at `due`. */
  | { readonly kind: 'wait-continued'; readonly path: string; readonly due: number }
  | {
      readonly kind: 'step-succeeded';
      readonly path: string;
      readonly attempt: number;
      readonly outputs: Readonly<Record<string, Json>>;
      readonly exitCode?: number;
      /** Names of outputs whose values are not here: the runtime keeps them, encrypted, for the run. */
      readonly secretOutputs?: readonly string[];
      /** Its action was not run: these are the outputs that it gave at that time. */
      readonly cachedAt?: number;
      /** Of a step whose fallback took its place: the secret outputs of that one. */
      readonly secretsFrom?: SecretOutputs;
    }
  /** `retryAt` is there when another attempt follows, `fallback` when its fallback does; else the step has failed for good. */
  | {
      readonly kind: 'step-failed';
      readonly path: string;
      readonly attempt: number;
      readonly error: Problem;
      readonly outputs?: Readonly<Record<string, Json>>;
      readonly exitCode?: number;
      readonly secretOutputs?: readonly string[];
      readonly retryAt?: number;
      readonly fallback?: true;
      /** Of a step that failed because of one inside it: that one's path, and whether it was rejected. */
      readonly from?: string;
      readonly rejected?: true;
    }
  | { readonly kind: 'step-cancelled'; readonly path: string; readonly attempt: number }
  /** Nothing has begun: what the attempt needs is locked up. It counts as no attempt. */
  | { readonly kind: 'step-held'; readonly path: string; readonly attempt: number; readonly error: Problem }
  /** What was held may try again. */
  | { readonly kind: 'secrets-unlocked' }
  /** The runtime found an attempt without an outcome and could not learn it: the run asks a person. */
  | { readonly kind: 'step-unknown'; readonly path: string; readonly attempt: number; readonly digest: string }
  | {
      readonly kind: 'unknown-answered';
      readonly path: string;
      readonly answer: 'succeeded' | 'failed' | 'repeat';
      readonly actor: Actor;
      readonly note?: string;
    }
  | { readonly kind: 'cancel-requested'; readonly actor: Actor }
  /** It has taken more turns than a run may: what is under way is stopped, and it fails. */
  | { readonly kind: 'run-exceeded'; readonly error: Problem }
  | { readonly kind: 'pause-requested'; readonly actor: Actor }
  | { readonly kind: 'resume-requested'; readonly actor: Actor }
  /** Of a step whose turn has not come. */
  | { readonly kind: 'skip-requested'; readonly path: string; readonly actor: Actor }
  /** The steps that failed, and what they are in, are open again. */
  | { readonly kind: 'run-reopened'; readonly paths: readonly string[]; readonly around: readonly string[]; readonly actor: Actor }
  | { readonly kind: 'rollback-requested'; readonly actor: Actor }
  | {
      readonly kind: 'run-finished';
      readonly status: FinalStatus;
      readonly outputs: Readonly<Record<string, Json>>;
      readonly rollback?: 'full' | 'partial';
      readonly error?: Problem;
    }
);

/** Who may be named as an approver: people's token subjects, and the people of each group. */
export interface People {
  readonly people: Readonly<Record<string, readonly string[]>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** From which risk on a step asks even where its author did not; `never` only for tests of the kernel itself. */
export interface Policy {
  readonly askFrom: Risk | 'never';
  /** Nobody asked for the run: every script and model asks, whatever its risk and whatever it undoes or stands in for. */
  readonly unattended?: true;
}
