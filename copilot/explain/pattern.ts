import type { StepView } from '../../protocol/run.ts';
import type { ErrorClass } from '../../runbook/core/errors.ts';
import type { Step } from '../../runbook/core/model.ts';

/** What is known of one step that did not end well. */
export interface Failure {
  readonly step: StepView;
  /** Both streams without terminal colours, standard error first. */
  readonly output: string;
  /** Of the answer to an HTTP request. */
  readonly httpStatus?: number;
  readonly definition?: Step;
}

/** `{1}` … are the groups of the text that matched, `{step}`, `{code}`, `{status}`, `{timeout}`, `{message}`, `{target}` what the run says. */
export interface Pattern {
  /** Stable; the tests and the documentation name it. */
  readonly id: string;
  readonly when: {
    /** One of these exit codes. */
    readonly exit?: readonly number[];
    /** One of these codes of the error catalogue. */
    readonly error?: readonly string[];
    /** An HTTP status from the first to the second, both included. */
    readonly status?: readonly [number, number];
    /** Seen in the output, or in the error's own message; the line it is on is the evidence. */
    readonly text?: readonly RegExp[];
  };
  readonly class: ErrorClass;
  readonly cause: string;
  readonly remedies: readonly string[];
  /** The remedy that is a change of the runbook, as a request that the edits by rules know; `{step}`, and `{longer}` for a longer time limit. */
  readonly fix?: string;
  /** 0 to 1: how sure it is that this is the reason. Default 0.9. */
  readonly confidence?: number;
}

/** The answer to "why?": what happened, quoted from the run, and what to do. */
export interface Diagnosis {
  /** The step's path. */
  readonly step: string;
  readonly class: ErrorClass;
  readonly cause: string;
  /** Lines of the run itself. */
  readonly evidence: string;
  readonly remedies: readonly string[];
}
