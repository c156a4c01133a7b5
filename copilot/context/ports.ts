import type { ListRuns, OutputText, ShowRun } from '../../protocol/api.ts';
import type { RunDetail, RunSummary } from '../../protocol/run.ts';

/** A problem of the open document, as the editor shows it; `line` is 1-based. */
export interface Diagnostic {
  readonly line: number;
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}

/** A runbook as it stands in an editor, saved or not. */
export interface OpenRunbook {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  readonly unsaved: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** 1-based line of the cursor; the step it is in is the selected one. */
  readonly cursorLine?: number;
}

export interface Documents {
  /** The runbook that the question is about, if one is open. */
  open(): Promise<OpenRunbook | undefined>;
}

/** The reading half of an engine's client. */
export interface Runs {
  list(query?: ListRuns): Promise<readonly RunSummary[]>;
  /** `most`: of a run with more steps those that did not go well are enough. */
  show(run: string, query?: ShowRun): Promise<RunDetail>;
  output(run: string, step: string): Promise<OutputText>;
}

/** Where the context comes from, and which part of it was chosen by hand. */
export interface Sources {
  readonly documents?: Documents;
  readonly runs?: Runs;
  /** A run's id; without it the last one of the open runbook that did not end well. */
  readonly run?: string;
  /** A step's path; without it the one under the cursor. */
  readonly step?: string;
}
