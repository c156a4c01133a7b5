import type { Problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Actor, People, Policy } from './event.ts';
import type { Request } from './request.ts';
import type { Snapshot } from './snapshot.ts';

/** What the world tells the kernel. Time, ids and random numbers arrive here and nowhere else. */
export type Command = { readonly time: number } & (
  | {
      readonly kind: 'start';
      readonly run: string;
      readonly snapshot: string;
      readonly inputs: Readonly<Record<string, Json>>;
      readonly actor: Actor;
      readonly policy: Policy;
      readonly only?: string;
      readonly given?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
      readonly people?: People;
      readonly group?: string;
      readonly queued?: true;
      /** Turns that the run may take: begun steps, further attempts, items, passes, looks at a condition. */
      readonly most?: number;
    }
  /** A queued run may begin. */
  | { readonly kind: 'release' }
  /** `random` in [0, 1) is the jitter of a retry. */
  | { readonly kind: 'attempt-ended'; readonly path: string; readonly attempt: number; readonly outcome: Outcome; readonly random: number }
  /** It did not begin: what it needs is locked up. */
  | { readonly kind: 'attempt-held'; readonly path: string; readonly attempt: number; readonly error: Problem }
  | { readonly kind: 'unlock' }
  | { readonly kind: 'attempt-lost'; readonly path: string; readonly attempt: number }
  | { readonly kind: 'approve' | 'reject'; readonly path: string; readonly digest: string; readonly actor: Actor; readonly note?: string }
  | {
      readonly kind: 'answer';
      readonly path: string;
      readonly answer: 'succeeded' | 'failed' | 'repeat';
      readonly actor: Actor;
      readonly note?: string;
    }
  | { readonly kind: 'cancel' | 'pause' | 'resume' | 'rollback'; readonly actor: Actor }
  /** `snapshot`: the digest of `edited`; `inputs`: those of the run, as the edited runbook takes them; `policy`: whoever edits can only tighten it. */
  | {
      readonly kind: 'edit';
      readonly snapshot: string;
      readonly edited: Snapshot;
      readonly inputs: Readonly<Record<string, Json>>;
      readonly policy: Policy;
      readonly people?: People;
      readonly actor: Actor;
    }
  | { readonly kind: 'skip'; readonly path: string; readonly actor: Actor }
  /** `path`: only this failed step; `items`: only what failed in loops. */
  | { readonly kind: 'retry'; readonly path?: string; readonly items?: boolean; readonly actor: Actor }
  | { readonly kind: 'time-passed' }
);

export type Outcome =
  | {
      readonly kind: 'succeeded';
      readonly outputs: Readonly<Record<string, Json>>;
      readonly exitCode?: number;
      /** Names of outputs that the runtime keeps: their values are in no command and no event. */
      readonly secretOutputs?: readonly string[];
      /** It was not run: this is an earlier outcome, of that time. */
      readonly cachedAt?: number;
    }
  | {
      readonly kind: 'failed';
      readonly error: Problem;
      readonly outputs?: Readonly<Record<string, Json>>;
      readonly exitCode?: number /** Milliseconds a server asked to wait. */;
      readonly secretOutputs?: readonly string[];
      readonly retryAfter?: number;
    }
  | { readonly kind: 'cancelled' };

/** What to do next, derived from the state alone; the runtime keeps what it already does by `path` and `attempt`. */
export type Effect =
  /** `timeout` in milliseconds. */
  | {
      readonly kind: 'run-attempt';
      readonly path: string;
      readonly attempt: number;
      readonly request: Request;
      readonly timeout?: number;
      readonly idempotent: boolean;
      /** Names of outputs that the runtime keeps to itself. */
      readonly secretOutputs?: readonly string[];
    }
  | { readonly kind: 'cancel-attempt'; readonly path: string; readonly attempt: number }
  /** Send `time-passed` at this time. */
  | { readonly kind: 'wake'; readonly at: number };
