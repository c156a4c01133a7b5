import type { Problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Risk } from '../../runbook/core/model.ts';
import type { Request } from './request.ts';

export type Phase = 'steps' | 'verify' | 'on-failure' | 'rollback' | 'finally';
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
    }
  | { readonly kind: 'phase-entered'; readonly phase: Phase }
  | { readonly kind: 'step-skipped'; readonly path: string; readonly reason: 'if' | 'earlier-failure' | 'cancelled' | 'not-selected' }
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
    }
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
  | {
      readonly kind: 'step-succeeded';
      readonly path: string;
      readonly attempt: number;
      readonly outputs: Readonly<Record<string, Json>>;
      readonly exitCode?: number;
    }
  /** `retryAt` is there when another attempt follows, else the step has failed for good. */
  | {
      readonly kind: 'step-failed';
      readonly path: string;
      readonly attempt: number;
      readonly error: Problem;
      readonly outputs?: Readonly<Record<string, Json>>;
      readonly exitCode?: number;
      readonly retryAt?: number;
    }
  | { readonly kind: 'step-cancelled'; readonly path: string; readonly attempt: number }
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
  | {
      readonly kind: 'run-finished';
      readonly status: FinalStatus;
      readonly outputs: Readonly<Record<string, Json>>;
      readonly rollback?: 'full' | 'partial';
      readonly error?: Problem;
    }
);

/** From which risk on a step asks even where its author did not; `never` only for tests of the kernel itself. */
export interface Policy {
  readonly askFrom: Risk | 'never';
}
