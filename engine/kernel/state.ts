import type { Problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Risk } from '../../runbook/core/model.ts';
import { planOf } from '../../runbook/core/plan.ts';
import type { Actor, FinalStatus, Phase, Policy } from './event.ts';
import type { Request } from './request.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * A run's state. Invariants:
 *  1. State is what `evolve` made of the events and nothing else; it is plain JSON.
 *  2. `decide` applies each event it returns to the state given. A runtime that cannot append them, and one in which
 *     `decide` threw anything but a ProblemError, discards that state and replays the journal.
 *  3. A refused command (ProblemError) gives no events and leaves the state as it was; a repeated one gives none and is no error.
 *  4. No step starts before every step in front of it in its list has ended.
 *  5. A step that asks starts only after `approval-granted` for the digest of exactly its request.
 *  6. An approval covers later attempts with the same digest; any other digest is asked again. Expiry is a rejection.
 *  7. `step-started` is the only way into `running`: an attempt is in the journal before the effect that runs it.
 *  8. The first cause (failure or rejection) decides how the run ends; a cancellation wins over it.
 *  9. After a cause or a cancellation, `finally` is entered all the same, once.
 * 10. Undos run in the reverse order of success, each once, and one that fails does not stop the others.
 * 11. A finished run has no effects and no further events.
 */
export interface State {
  readonly snapshot: Snapshot;
  readonly snapshotDigest: string;
  start?: Start;
  phase?: Phase;
  /** How many steps of the phase's list have ended. */
  position: number;
  /** Steps that have begun and not ended. */
  active: string[];
  steps: Record<string, StepState>;
  /** Paths by their first event. */
  order: string[];
  /** What expressions see as `steps`: by id, by path where there is none. */
  results: Record<string, Result>;
  /** Steps that succeeded and have an undo, in the order of success. */
  undoable: string[];
  cause?: { readonly kind: 'failed' | 'rejected'; readonly path: string; readonly error: Problem };
  /** A step of the phase at hand failed for good. */
  phaseFailed: boolean;
  cancelled: boolean;
  rollback?: 'full' | 'partial';
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
}

export type Result = {
  readonly outcome: 'success' | 'failure' | 'skipped' | 'cancelled';
  readonly outputs: Readonly<Record<string, Json>>;
};

export interface StepState {
  at: StepAt;
  /** Attempts started. */
  attempts: number;
  /** The highest risk it was started or asked with. */
  risk?: Risk;
  startedAt?: number;
  endedAt?: number;
  /** The last answer to its question, so that the same one given again is no error. */
  decided?: { readonly digest: string; readonly decision: 'granted' | 'rejected' | 'expired' };
  answered?: 'succeeded' | 'failed' | 'repeat';
  /** Somebody cancelled while it was active. */
  stopping: boolean;
}

/** A step's place in its life; each carries what is known there. */
export type StepAt =
  | {
      readonly kind: 'waiting';
      readonly attempt: number;
      readonly digest: string;
      readonly request: Request;
      readonly message: string;
      readonly risk: Risk;
      readonly reason: 'author' | 'policy';
      readonly since: number;
      readonly expiresAt?: number;
    }
  /** Only between two events of one decision. */
  | { readonly kind: 'approved'; readonly attempt: number; readonly digest: string; readonly request: Request; readonly risk: Risk }
  | {
      readonly kind: 'running';
      readonly attempt: number;
      readonly digest: string;
      readonly request: Request;
      readonly risk: Risk;
      readonly since: number;
    }
  | {
      readonly kind: 'unknown';
      readonly attempt: number;
      readonly digest: string;
      readonly request: Request;
      readonly risk: Risk;
      readonly since: number;
    }
  /** `attempt` has ended; the next one is due at `due`. */
  | { readonly kind: 'retrying'; readonly attempt: number; readonly due: number; readonly error?: Problem }
  | { readonly kind: 'succeeded'; readonly exitCode?: number }
  | { readonly kind: 'undone' }
  | { readonly kind: 'failed'; readonly error: Problem; readonly exitCode?: number }
  | { readonly kind: 'skipped'; readonly reason: 'if' | 'earlier-failure' | 'cancelled' | 'not-selected' }
  | { readonly kind: 'cancelled' };

/** The state before the first event. `snapshotDigest`: SHA-256 of the snapshot's RFC 8785 JSON. */
export function initial(snapshot: Snapshot, snapshotDigest: string): State {
  return {
    snapshot,
    snapshotDigest,
    position: 0,
    active: [],
    steps: {},
    order: [],
    results: {},
    undoable: [],
    phaseFailed: false,
    cancelled: false,
  };
}

/** The path at a place in the list of the phase at hand. */
export function pathAt(state: State, index: number): string | undefined {
  const { lists, steps } = planOf(state.snapshot.runbook);
  if (state.phase === 'rollback') {
    const undone = state.undoable.at(-1 - index);
    return undone === undefined ? undefined : steps.get(undone)?.step.undo?.path;
  }
  const list = lists[state.phase ?? 'steps'];
  const only = state.start?.only;
  // A step of another list that runs alone comes last, behind those that are not selected.
  if (only !== undefined && index === list.length && steps.get(only)?.list !== 'steps') return only;
  return list[index];
}

/** The key of a step among the results. */
export function resultKey(state: State, path: string): string {
  return planOf(state.snapshot.runbook).steps.get(path)?.step.id ?? path;
}
