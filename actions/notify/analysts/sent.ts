import type { ErrorClass } from '../../../runbook/core/errors.ts';

/** What became of one channel. `why` names neither the address nor what was sent: both may be secret. */
export type Sent =
  | { readonly ok: true; readonly notified: number; readonly missed?: string }
  | { readonly ok: false; readonly class: ErrorClass; readonly why: string; readonly retryAfter?: number };
