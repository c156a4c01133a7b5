import type { Answer, Cancel, Decide, ListRuns, OutputText, StartRun } from '../../protocol/api.ts';
import type { ApprovalView, RiskLevel, RunDetail, RunEvent, RunSummary } from '../../protocol/run.ts';

/** What the extension asks of an engine; the client of client/ is one. Methods reject with the engine's problem. */
export interface Engine {
  start(request: StartRun): Promise<RunDetail>;
  list(query?: ListRuns): Promise<RunSummary[]>;
  show(run: string): Promise<RunDetail>;
  approvals(): Promise<ApprovalView[]>;
  approve(run: string, decision: Decide): Promise<RunDetail>;
  reject(run: string, decision: Decide): Promise<RunDetail>;
  answer(run: string, answer: Answer): Promise<RunDetail>;
  cancel(run: string, body?: Cancel): Promise<RunDetail>;
  output(run: string, step: string): Promise<OutputText>;
  setTrust(folder: string, trusted: boolean): Promise<void>;
  setPolicy(askFrom: RiskLevel): Promise<void>;
  secretNames(): Promise<string[]>;
  putSecret(name: string, value: string, allowShort?: boolean): Promise<void>;
  removeSecret(name: string): Promise<void>;
}

export type { ApprovalView, RunDetail, RunEvent, RunSummary };
