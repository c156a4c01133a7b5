import type {
  Act,
  Answer,
  Answers,
  AuditEvent,
  AuditHead,
  AuditReport,
  Cancel,
  Decide,
  EditRun,
  Health,
  ListRuns,
  OutputText,
  PolicyView,
  PruneReport,
  Retry,
  ShowRun,
  Skip,
  StartRun,
} from '../protocol/api.ts';
import type { PlanView } from '../protocol/plan.ts';
import type { ApprovalView, RiskLevel, RunDetail, RunSummary } from '../protocol/run.ts';
import type { AddSchedule, ScheduleView } from '../protocol/schedule.ts';
import { EngineError, unreachable } from './errors.ts';
import { type FollowHandlers, follow } from './follow.ts';
import { call } from './http.ts';
import type { Found } from './probe.ts';

/** `person` may approve, `assistant` may only read and ask. */
export type TokenKind = 'person' | 'assistant';

/** Milliseconds for what reads or rewrites the whole journal. */
const long = 600_000;

/** Typed calls of the engine's API; every method rejects with EngineError. An engine that was started again is found by itself. */
export class EngineClient {
  readonly health: Health;
  readonly #token: TokenKind;
  readonly #locate: (start: boolean) => Promise<Found>;
  readonly #stops = new Set<() => void>();
  #found: Found;
  #closed = false;

  /** Made by connectEngine(). `locate` finds the engine again, and starts it where that is allowed. */
  constructor(found: Found, token: TokenKind, locate: (start: boolean) => Promise<Found>) {
    this.#found = found;
    this.#token = token;
    this.#locate = locate;
    this.health = found.health;
  }

  start(request: StartRun): Promise<RunDetail> {
    return this.#call<RunDetail>('POST', '/v1/runs', request);
  }
  /** What a run would do. */
  dryRun(request: StartRun): Promise<PlanView> {
    return this.#call<PlanView>('POST', '/v1/dry-run', request, long);
  }
  async list(query: ListRuns = {}): Promise<RunSummary[]> {
    const text = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]])),
    );
    return (await this.#call<Answers['GET /v1/runs']>('GET', `/v1/runs?${text}`)).runs;
  }
  /** With `most`, of a long run only the steps that did not go well. */
  show(run: string, { most }: ShowRun = {}): Promise<RunDetail> {
    return this.#call<RunDetail>('GET', `/v1/runs/${encodeURIComponent(run)}${most === undefined ? '' : `?most=${most}`}`);
  }
  async approvals(): Promise<ApprovalView[]> {
    return (await this.#call<Answers['GET /v1/approvals']>('GET', '/v1/approvals')).approvals;
  }
  approve(run: string, decision: Decide): Promise<RunDetail> {
    return this.#act(run, 'approve', decision);
  }
  reject(run: string, decision: Decide): Promise<RunDetail> {
    return this.#act(run, 'reject', decision);
  }
  answer(run: string, answer: Answer): Promise<RunDetail> {
    return this.#act(run, 'answer', answer);
  }
  cancel(run: string, body: Cancel = {}): Promise<RunDetail> {
    return this.#act(run, 'cancel', body);
  }
  pause(run: string, body: Act = {}): Promise<RunDetail> {
    return this.#act(run, 'pause', body);
  }
  resume(run: string, body: Act = {}): Promise<RunDetail> {
    return this.#act(run, 'resume', body);
  }
  /** Of a paused run: what has not begun is from now on as its file, or another one, has it. */
  edit(run: string, body: EditRun = {}): Promise<RunDetail> {
    return this.#act(run, 'edit', body);
  }
  skip(run: string, body: Skip): Promise<RunDetail> {
    return this.#act(run, 'skip', body);
  }
  /** Of a run that failed: its failed steps run again. */
  retry(run: string, body: Retry = {}): Promise<RunDetail> {
    return this.#act(run, 'retry', body);
  }
  /** Of a run that failed or is paused: what succeeded is undone. */
  rollback(run: string, body: Act = {}): Promise<RunDetail> {
    return this.#act(run, 'rollback', body);
  }
  output(run: string, step: string): Promise<OutputText> {
    return this.#call<OutputText>('GET', `/v1/runs/${encodeURIComponent(run)}/output?${new URLSearchParams({ step })}`);
  }
  async trusted(): Promise<string[]> {
    return (await this.#call<Answers['GET /v1/trust']>('GET', '/v1/trust')).folders;
  }
  async setTrust(folder: string, trusted: boolean): Promise<void> {
    await this.#call('PUT', '/v1/trust', { folder, trusted });
  }
  async secretNames(): Promise<string[]> {
    return (await this.#call<Answers['GET /v1/secrets']>('GET', '/v1/secrets')).names;
  }
  async putSecret(name: string, value: string, allowShort = false): Promise<void> {
    await this.#call('PUT', `/v1/secrets/${encodeURIComponent(name)}`, { value, allowShort });
  }
  /** Hands over the key of the secret store; `keep`: who keeps it from now on. */
  async unlockSecrets(key: string, keep: 'client' | 'file'): Promise<void> {
    await this.#call('PUT', '/v1/secrets-key', { key, keep });
  }
  /** False when there was none of that name. */
  async removeSecret(name: string): Promise<boolean> {
    return (await this.#call<Answers['DELETE /v1/secrets/:name']>('DELETE', `/v1/secrets/${encodeURIComponent(name)}`)).removed;
  }
  policy(): Promise<PolicyView> {
    return this.#call<PolicyView>('GET', '/v1/policy');
  }
  async setPolicy(askFrom: RiskLevel): Promise<void> {
    await this.#call('PUT', '/v1/policy', { askFrom });
  }
  addSchedule(request: AddSchedule): Promise<ScheduleView> {
    return this.#call<ScheduleView>('POST', '/v1/schedules', request);
  }
  async schedules(): Promise<readonly ScheduleView[]> {
    return (await this.#call<{ schedules: ScheduleView[] }>('GET', '/v1/schedules')).schedules;
  }
  /** False when it was not scheduled. */
  async removeSchedule(file: string): Promise<boolean> {
    return (await this.#call<{ removed: boolean }>('POST', '/v1/schedules/remove', { file })).removed;
  }
  auditVerify(): Promise<AuditReport> {
    return this.#call<AuditReport>('GET', '/v1/audit/verify', undefined, long);
  }
  async auditEvents(after: number): Promise<AuditEvent[]> {
    return (await this.#call<{ events: AuditEvent[] }>('GET', `/v1/audit/events?after=${after}`, undefined, long)).events;
  }
  async auditHeads(): Promise<AuditHead[]> {
    return (await this.#call<{ heads: AuditHead[] }>('GET', '/v1/audit/heads', undefined, long)).heads;
  }
  /** Removes runs that ended more than `olderThanMs` ago, or only says which. */
  prune(olderThanMs: number, dryRun: boolean): Promise<PruneReport> {
    return this.#call<PruneReport>('POST', '/v1/prune', { olderThanMs, dryRun }, long);
  }
  /** The engine stops; steps that run go on and are adopted by the next one. */
  async shutdown(): Promise<void> {
    await this.#call('POST', '/v1/shutdown');
  }

  /** With `run`, its events after `after` and then live ones, without a gap across reconnects; without, live ones of all runs. Returns what stops it. */
  follow(options: { run?: string; after?: number }, handlers: FollowHandlers): () => void {
    const stop = follow(
      { run: options.run, after: options.after ?? 0, locate: async (start) => this.#endpoint(await this.#refind(start)) },
      handlers,
    );
    this.#stops.add(stop);
    return () => {
      this.#stops.delete(stop);
      stop();
    };
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    this.#stops.clear();
  }

  #act(run: string, verb: string, body: unknown): Promise<RunDetail> {
    return this.#call<RunDetail>('POST', `/v1/runs/${encodeURIComponent(run)}/${verb}`, body);
  }

  /** A request that nobody took is sent once more, to the engine as it is found then; one that may have been taken is not. */
  async #call<T>(method: string, path: string, body?: unknown, timeout?: number): Promise<T> {
    try {
      return (await call(this.#endpoint(this.#found), method, path, body, timeout)) as T;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const { code } = error.error;
      if (code !== 'engine-unreachable' && code !== 'engine-stopping') throw error;
      const notTaken = code === 'engine-stopping' || method === 'GET' || /ECONNREFUSED/.test(error.message);
      const before = this.#found.daemon;
      const found = await this.#refind();
      const moved = found.daemon.port !== before.port || found.daemon.pid !== before.pid;
      if (!moved || !notTaken) throw error;
      return (await call(this.#endpoint(found), method, path, body, timeout)) as T;
    }
  }

  async #refind(start = true): Promise<Found> {
    if (this.#closed) throw unreachable('the connection was closed');
    this.#found = await this.#locate(start);
    return this.#found;
  }

  #endpoint(found: Found): { port: number; token: string } {
    return { port: found.daemon.port, token: found.tokens[this.#token] };
  }
}
