import type {
  Act,
  Answer,
  AuditEvent,
  AuditHead,
  AuditReport,
  Decide,
  EditRun,
  ListRuns,
  OutputText,
  PolicyView,
  PruneReport,
  Retry,
  ShowRun,
  Skip,
  StartRun,
} from '../../protocol/api.ts';
import type { PlanView } from '../../protocol/plan.ts';
import type { ApprovalView, RunDetail, RunEvent, RunSummary } from '../../protocol/run.ts';
import type { ScheduleView } from '../../protocol/schedule.ts';

/** Who calls, as the token says; never taken from a body. */
export interface Caller {
  readonly subject: string;
  readonly scopes: readonly string[];
}

/** All that the API needs of an engine. Methods reject with a ProblemError. */
export interface Runtime {
  start(request: StartRun, caller: Caller): Promise<RunDetail>;
  /** What a run would do; nothing is run but checks. */
  dryRun(request: StartRun, caller: Caller): Promise<PlanView>;
  list(query: ListRuns): Promise<RunSummary[]>;
  show(run: string, query?: ShowRun): Promise<RunDetail>;
  approvals(): Promise<ApprovalView[]>;
  approve(run: string, decision: Decide, caller: Caller): Promise<RunDetail>;
  reject(run: string, decision: Decide, caller: Caller): Promise<RunDetail>;
  answer(run: string, answer: Answer, caller: Caller): Promise<RunDetail>;
  cancel(run: string, via: string, caller: Caller): Promise<RunDetail>;
  pause(run: string, act: Act, caller: Caller): Promise<RunDetail>;
  resume(run: string, act: Act, caller: Caller): Promise<RunDetail>;
  edit(run: string, edit: EditRun, caller: Caller): Promise<RunDetail>;
  skip(run: string, skip: Skip, caller: Caller): Promise<RunDetail>;
  retry(run: string, retry: Retry, caller: Caller): Promise<RunDetail>;
  rollback(run: string, act: Act, caller: Caller): Promise<RunDetail>;
  output(run: string, step: string): Promise<OutputText>;
  /** Past events of `run` with a sequence above `after`, then live ones, in order; without `run` live ones of all. `live` is called once in between. */
  follow(options: { run?: string; after: number }, listener: { event(event: RunEvent): void; live(): void }): () => void;
  setTrust(folder: string, trusted: boolean): Promise<void>;
  trusted(): Promise<string[]>;
  secretNames(): Promise<string[]>;
  putSecret(name: string, value: string, allowShort: boolean): Promise<void>;
  /** What was held for its sake goes on. */
  unlockSecrets(key: string, keep: 'client' | 'file'): Promise<void>;
  removeSecret(name: string): Promise<boolean>;
  policy(): Promise<PolicyView>;
  setPolicy(policy: PolicyView): Promise<void>;
  readonly schedules: {
    /** Rejects with the reason why the file cannot be scheduled. */
    add(file: string, environment?: Readonly<Record<string, string>>): Promise<ScheduleView>;
    list(): Promise<ScheduleView[]>;
    remove(file: string): Promise<boolean>;
  };
  /** Of the journal as a whole; times in milliseconds. */
  readonly upkeep: {
    verify(): Promise<AuditReport>;
    events(after: number, limit: number): Promise<AuditEvent[]>;
    heads(): Promise<AuditHead[]>;
    prune(olderThan: number, dryRun: boolean): Promise<PruneReport>;
  };
}
