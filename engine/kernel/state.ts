import type { Problem } from '../../runbook/core/errors.ts';
import type { SecretOutputs, SecretParts } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Risk } from '../../runbook/core/model.ts';
import type { Actor, FinalStatus, People, Phase, Policy, SkipReason } from './event.ts';
import type { Request } from './request.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * A run's state. A run is a tree of frames: the runbook's own (''), one for each `call`, and in them one for each item of a
 * `for-each` and each pass of a `repeat`. In a frame lists of steps are open; a step that opens something has lists or frames below it. Invariants:
 *  1. State is what `evolve` made of the events and nothing else; it is plain JSON.
 *  2. `decide` applies each event it returns to the state given. A runtime that cannot append them, and one in which
 *     `decide` threw anything but a ProblemError, discards that state and replays the journal.
 *  3. A refused command (ProblemError) gives no events and leaves the state as it was; a repeated one gives none and is no error.
 *  4. No step starts before every step that it follows or needs has ended, nor more at once than its list allows.
 *  5. A step that asks starts only after `approval-granted` for the digest of exactly its request, by as many people as were asked for.
 *  6. An approval covers later attempts with the same digest; any other digest is asked again. Expiry is a rejection.
 *  7. `step-started` is the only way into `running`: an attempt is in the journal before the effect that runs it.
 *  8. In each runbook frame the first cause (failure or rejection) decides how it ends; a cancellation wins over it. A frame's end is its call's.
 *  9. After a cause or a cancellation, `finally` is entered all the same, once for each time that the run was opened.
 * 10. Undos run in the reverse order of success over all frames, each once, and one that fails does not stop the others.
 * 11. A finished run has no effects, and no further events but `run-reopened` and `rollback-requested`.
 * 12. While a run is paused no step, attempt, item or pass starts; what runs may end.
 * 13. An edit changes nothing that has begun, and its questions are asked anew; no answer to another snapshot counts.
 * 14. A run that takes more turns than it may fails, and each cleanup gets a bounded number more: every run ends.
 * 15. A result is seen in its frame and in those below, never beyond the runbook frame; what an event costs does not grow with what has ended.
 */
export interface State {
  snapshot: Snapshot;
  snapshotDigest: string;
  start?: Start;
  /** It waits for its concurrency group. */
  queued: boolean;
  paused: boolean;
  /** It had ended, and steps that failed were tried again. */
  reopened: boolean;
  /** By the path of the call, item (`each[0]`) or pass; '' is the run's own. Kept where something in it can still be undone or retried. */
  frames: Record<string, Frame>;
  /** Those that have not ended. */
  lists: Record<string, List>;
  steps: Record<string, StepState>;
  /** Steps that have begun and not ended. */
  active: Record<string, true>;
  /** Steps begun, further attempts, items, passes and looks at a condition so far, and how many there may be. */
  turns: number;
  mostTurns: number;
  /** Paths by their first event. */
  order: string[];
  /** Steps that succeeded and have an undo that was not asked for yet, in the order of success. */
  undoable: string[];
  /** Steps that are to be skipped when their turn comes. */
  toSkip: Record<string, Actor>;
  finished?: {
    readonly status: FinalStatus;
    readonly time: number;
    readonly outputs: Readonly<Record<string, Json>>;
    readonly error?: Problem;
  };
}

export interface Start {
  readonly run: string;
  readonly time: number;
  readonly actor: Actor;
  readonly policy: Policy;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly only?: string;
  readonly people?: People;
  readonly group?: string;
  readonly most?: number;
}

/** A loop in a loop would fill the journal for ever. */
export const usualTurns = 100_000;
/** For cleaning up once a run has taken too many. */
export const cleanupTurns = 10_000;

export type Result = {
  readonly outcome: 'success' | 'failure' | 'skipped' | 'cancelled';
  readonly outputs: Readonly<Record<string, Json>>;
};

export type Frame = RunbookFrame | PassFrame;

export interface RunbookFrame {
  readonly kind: 'runbook';
  /** Key of the snapshot's `calls`; the run's own where absent. */
  readonly file?: string;
  /** Frame in which the call stands; none for the run's own. */
  readonly around?: string;
  readonly inputs: Readonly<Record<string, Json>>;
  /** Of an action of one's own: its name, and the inputs that hold a secret. It sees no other secrets. */
  readonly action?: string;
  readonly secretInputs?: Readonly<Record<string, SecretParts>>;
  /** What expressions see as `steps`: by id, by pattern where there is none. */
  results: Record<string, Result>;
  /** Secret outputs, by the keys of `results`. */
  secrets?: Record<string, SecretOutputs>;
  phase?: Phase;
  /** The list of the phase at hand has ended. */
  done: boolean;
  cause?: Failure;
  cancelled: boolean;
  /** A person asked to undo what it did. */
  undoing: boolean;
  /** It had ended before that. */
  cleaned: boolean;
  rollback?: 'full' | 'partial';
  /** Something in it has an undo. */
  keep: boolean;
}

export interface PassFrame {
  readonly kind: 'pass';
  readonly around: string;
  /** Path of the loop. */
  readonly loop: string;
  readonly index: number;
  /** Of a `for-each`: what its expressions see the item as. */
  readonly item?: { readonly name: string; readonly value: Json };
  results: Record<string, Result>;
  /** Secret outputs, by the keys of `results`. */
  secrets?: Record<string, SecretOutputs>;
  /** Something in it has an undo. */
  keep: boolean;
}

export interface Failure {
  readonly kind: 'failed' | 'rejected';
  /** The innermost step. */
  readonly path: string;
  readonly error: Problem;
}

/** How a list ended, where not well. `cut`: a cancellation or a failure around it kept steps from starting. */
export interface ListEnd {
  readonly failed?: Failure;
  readonly cut?: true;
}

export interface List {
  /** Key of the list in its plan; '' for one that is made for the run: undos in order, or one step alone. */
  readonly planned: string;
  readonly frame: string;
  /** The step that opened it; none for a phase. */
  readonly owner?: string;
  /** Paths of the steps to undo, one after the other. */
  readonly undo?: readonly string[];
  readonly size: number;
  readonly max?: number;
  /** Steps whose turn has come. */
  ready: string[];
  running: number;
  ended: number;
  failed?: Failure;
  cut?: true;
}

export interface StepState {
  /** Its pattern in the plan of its frame's runbook, and its place in a list. */
  of: string;
  frame: string;
  list: string;
  index: number;
  at: StepAt;
  /** Something has happened to it. */
  seen: boolean;
  /** Attempts started, and how many of them belong to an earlier opening of the run. */
  attempts: number;
  before: number;
  /** The highest risk it was started or asked with. */
  risk?: Risk;
  startedAt?: number;
  endedAt?: number;
  /** The last answer to its question, so that the same one given again is no error. `risk`: what was seen. */
  decided?: { readonly digest: string; readonly decision: 'granted' | 'rejected' | 'expired'; readonly risk: Risk };
  answered?: 'succeeded' | 'failed' | 'repeat';
  /** Somebody cancelled while it was active. */
  stopping: boolean;
}

interface Asked {
  readonly attempt: number;
  readonly digest: string;
  readonly request: Request;
  readonly risk: Risk;
  /** What went wrong with the attempt before. */
  readonly after?: Problem;
}

/** A step's place in its life; each carries what is known there. */
export type StepAt =
  /** Its turn has come and nothing has happened to it; `again`: it goes on where it failed, as soon as its list has room. */
  | { readonly kind: 'ready'; readonly again?: Again }
  | ({
      readonly kind: 'waiting';
      readonly message: string;
      readonly reason: 'author' | 'policy';
      readonly since: number;
      readonly expiresAt?: number;
      readonly approvers?: readonly string[];
      readonly unresolved?: readonly string[];
      readonly not?: string;
      readonly min: number;
      readonly escalation?: { readonly at: number; readonly approvers: readonly string[]; readonly unresolved?: readonly string[] };
      readonly given: readonly string[];
    } & Asked)
  /** Starts at once, in a paused run when it goes on. */
  | ({ readonly kind: 'approved' } & Asked)
  | ({ readonly kind: 'running'; readonly since: number } & Asked)
  | ({ readonly kind: 'unknown'; readonly since: number } & Asked)
  /** It could not begin, for what it needs is locked up. */
  | ({ readonly kind: 'held'; readonly since: number; readonly error: Problem } & Asked)
  /** `attempt` has ended; the next one is due at `due`. */
  | { readonly kind: 'retrying'; readonly attempt: number; readonly due: number; readonly error?: Problem }
  | { readonly kind: 'open'; readonly what: Open; readonly since: number }
  /** The step has failed and its fallback runs. */
  | { readonly kind: 'fallback'; readonly error: Problem; readonly exitCode?: number; done?: ListEnd }
  | { readonly kind: 'succeeded'; readonly exitCode?: number }
  | { readonly kind: 'undone' }
  /** `opened`: what was open below it, for a retry. */
  | { readonly kind: 'failed'; readonly error: Problem; readonly exitCode?: number; readonly opened?: Open }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  | { readonly kind: 'cancelled'; readonly opened?: Open };

/** What was open below a step that is tried again. `wanted`: the only steps that are, with what they are in; everything that failed where absent. */
export interface Again {
  readonly opened: Open;
  readonly wanted?: readonly string[];
}

/** What is open below a step. `done`: its list has ended, and how. */
export type Open =
  | { readonly verb: 'parallel'; done?: ListEnd }
  | { readonly verb: 'switch'; readonly branch: number; done?: ListEnd }
  | ({ readonly verb: 'for-each' } & Loop)
  /** Passes begun, the first `base` of them in an earlier opening; `again`: the pass that goes on where it failed; `due`: when the next may begin. */
  | { readonly verb: 'repeat'; begun: number; readonly base: number; readonly again?: number; done?: ListEnd; due?: number }
  /** Its frame's phases go on by themselves. */
  | { readonly verb: 'call' }
  | { readonly verb: 'wait'; readonly until: boolean; due: number; readonly deadline?: number };

export interface Loop {
  readonly items: readonly Json[];
  /** Indexes of the items that are still to begin; those from `next` on when absent. */
  again?: number[];
  next: number;
  running: number;
  /** By index; null where the item has not ended. */
  readonly ends: (Result | null)[];
  failed?: Failure;
  cut?: true;
}

/** The state before the first event. `snapshotDigest`: SHA-256 of the snapshot's RFC 8785 JSON. */
export function initial(snapshot: Snapshot, snapshotDigest: string): State {
  return {
    snapshot,
    snapshotDigest,
    queued: false,
    paused: false,
    reopened: false,
    frames: {},
    lists: {},
    steps: {},
    active: {},
    turns: 0,
    mostTurns: usualTurns,
    order: [],
    undoable: [],
    toSkip: {},
  };
}
