import type { ApprovalView, RunDetail, RunEvent } from '../../protocol/run.ts';

/** How a run is shown while it goes on. Calls come one after the other. */
export interface Reporter {
  started(run: RunDetail): void;
  event(event: RunEvent): void;
  /** Nothing is redrawn between these two, so that a question can stand on the terminal. */
  pause(): void;
  resume(): void;
  /** The run ended, or goes on without being watched; `waiting` are the questions that are left open. */
  ended(run: RunDetail, waiting: readonly ApprovalView[]): void;
}
