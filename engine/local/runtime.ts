import type { Act, Answer, Decide, EditRun, ListRuns, OutputText, PolicyView, Retry, ShowRun, Skip, StartRun } from '../../protocol/api.ts';
import type { PlanView } from '../../protocol/plan.ts';
import type { ApprovalView, RunDetail, RunSummary } from '../../protocol/run.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import { hole } from '../connectors/hole.ts';
import { isCurrent } from '../kernel/snapshot.ts';
import { actorOf } from './actor.ts';
import { attemptFolder } from './attempt-folder.ts';
import { type Engine, type Order, Run } from './drive.ts';
import { planRun } from './dry-run.ts';
import { prepareEdit } from './edit.ts';
import { Feed, type Listener } from './feed.ts';
import { Groups } from './groups.ts';
import type { Journal } from './journal/journal.ts';
import { number, text } from './journal/rows.ts';
import { readOutput } from './output.ts';
import type { Caller, Parts } from './parts.ts';
import { placed } from './placed.ts';
import { readPolicy, schedulePolicy, writePolicy } from './policy.ts';
import { ResultCache } from './result-cache.ts';
import { runId } from './run-id.ts';
import { readScheduled } from './scheduled.ts';
import { Scheduler, scheduler } from './scheduler.ts';
import type { KeyKeeper } from './secrets/store.ts';
import { type Prepared, prepareStart } from './start.ts';
import { Timers } from './timers.ts';
import { type Upkeep, upkeep } from './upkeep.ts';
import { listRuns, pendingApprovals, showRun } from './views.ts';

/** The engine of one machine: runs by id, driven from the journal. What it promises is docs/engine.md. */
export class LocalRuntime<State> {
  readonly #parts: Parts<State>;
  readonly #journal: Journal;
  readonly #feed: Feed;
  readonly #timers: Timers;
  readonly #runs = new Map<string, Run<State>>();
  readonly #engine: Engine<State>;
  readonly #groups: Groups;
  readonly upkeep: Upkeep;
  readonly schedules: Scheduler;
  #stopping = false;

  constructor(parts: Parts<State>, journal: Journal) {
    this.#parts = parts;
    this.#journal = journal;
    this.#feed = new Feed(journal);
    this.upkeep = upkeep(journal, parts.stateFolder, parts.now);
    this.#timers = new Timers(parts.now, (run) => void this.#wake(run));
    this.#groups = new Groups(journal.db, (run, order) => this.#load(run).send(order), parts.log);
    this.schedules = new Scheduler({
      stateFolder: parts.stateFolder,
      now: parts.now,
      log: parts.log,
      environment: parts.environment,
      read: (file) => readScheduled(parts, file),
      start: (id, file, inputs, environment) => this.#startScheduled(id, file, inputs, environment),
    });
    this.#engine = {
      parts,
      journal,
      feed: this.#feed,
      timers: this.#timers,
      cache: new ResultCache(journal.db, parts.now),
      stopping: () => this.#stopping,
      finished: (run) => {
        this.#timers.set(run, undefined);
        this.#runs.delete(run);
        if (!this.#stopping) void this.#groups.left(run);
      },
    };
  }

  /** Goes on with every unfinished run. One that cannot be read is left alone and logged; the others go on. */
  async recover(): Promise<void> {
    for (const id of this.#journal.unfinished()) {
      try {
        await this.#load(id).recover();
        hole('during-recovery');
      } catch (error) {
        this.#parts.log(`run ${id} cannot go on: ${error instanceof Error ? error.message : error}`);
        this.#runs.delete(id);
      }
    }
    await this.#releaseHeld();
    await this.#groups.releaseAll();
    await this.schedules.open();
  }

  /** Something of a run is under way or waits for a time; a question to a person is not, it keeps. */
  get active(): boolean {
    return this.schedules.active || this.#timers.size > 0 || [...this.#runs.values()].some((run) => run.busy);
  }

  async start(request: StartRun, caller: Caller): Promise<RunDetail> {
    this.#checkTaking();
    const id = runId(this.#parts.now());
    await this.#enter(id, await prepareStart(this.#parts, this.#journal, id, request, caller));
    return this.show(id);
  }

  dryRun(request: StartRun, caller: Caller): Promise<PlanView> {
    return planRun(this.#parts, this.#journal, request, caller);
  }

  async #startScheduled(
    id: string,
    file: string,
    inputs: Readonly<Record<string, Json>>,
    environment: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.#checkTaking();
    if (this.#exists(id)) return;
    const prepared = await prepareStart(this.#parts, this.#journal, id, { file, inputs: { ...inputs } }, scheduler);
    const order = { ...prepared.order, policy: await schedulePolicy(this.#parts.stateFolder) };
    await this.#enter(id, { ...prepared, order, environment, beginning: { ...prepared.beginning, environment } });
  }

  async #enter(id: string, prepared: Prepared): Promise<void> {
    const { group, order } = prepared;
    if (group === undefined) await this.#begin(id, prepared, order);
    else await this.#groups.enter(group, order, (queued) => this.#begin(id, prepared, queued));
  }

  async #begin(id: string, { beginning, environment }: Prepared, order: Order): Promise<void> {
    this.#checkTaking();
    const run = new Run(this.#engine, id, beginning.snapshot, beginning.digest, environment, 'start');
    this.#runs.set(id, run);
    try {
      await run.send(order, beginning);
    } catch (error) {
      this.#runs.delete(id);
      throw error;
    }
  }

  async list(query: ListRuns): Promise<RunSummary[]> {
    return listRuns(this.#journal.db, query);
  }

  async show(run: string, query: ShowRun = {}): Promise<RunDetail> {
    const view = showRun(this.#journal.db, run, query.most);
    if (!view) throw new ProblemError(problem('run-unknown', { run }));
    return placed(view, this.#journal.snapshot(run)?.snapshot);
  }

  async approvals(): Promise<ApprovalView[]> {
    return pendingApprovals(this.#journal.db);
  }

  approve(run: string, { step, digest, note, via }: Decide, caller: Caller): Promise<RunDetail> {
    return this.#decide(
      run,
      { kind: 'approve', path: step, digest, actor: actorOf(caller, via), ...(note === undefined ? {} : { note }) },
      caller,
    );
  }

  reject(run: string, { step, digest, note, via }: Decide, caller: Caller): Promise<RunDetail> {
    return this.#decide(
      run,
      { kind: 'reject', path: step, digest, actor: actorOf(caller, via), ...(note === undefined ? {} : { note }) },
      caller,
    );
  }

  answer(run: string, { step, answer, note, via }: Answer, caller: Caller): Promise<RunDetail> {
    return this.#decide(
      run,
      { kind: 'answer', path: step, answer, actor: actorOf(caller, via), ...(note === undefined ? {} : { note }) },
      caller,
    );
  }

  async cancel(run: string, via: string, caller: Caller): Promise<RunDetail> {
    await this.#load(run).send({ kind: 'cancel', actor: actorOf(caller, via) });
    return this.show(run);
  }

  /** What is under way goes on; nothing new starts. */
  async pause(run: string, { via }: Act, caller: Caller): Promise<RunDetail> {
    await this.#load(run).send({ kind: 'pause', actor: actorOf(caller, via ?? 'api') });
    return this.show(run);
  }

  resume(run: string, { via }: Act, caller: Caller): Promise<RunDetail> {
    return this.#decide(run, { kind: 'resume', actor: actorOf(caller, via) }, caller);
  }

  /** Of a paused run: what has not begun is from now on as the file has it. It goes on when somebody says so. */
  async edit(run: string, request: EditRun, caller: Caller): Promise<RunDetail> {
    this.#load(run);
    const { file, inputs } = await this.show(run);
    const order = await prepareEdit(this.#parts, { file, inputs: inputs as Readonly<Record<string, Json>> }, request, caller);
    await this.#load(run).send(order);
    return this.show(run);
  }

  skip(run: string, { step, via }: Skip, caller: Caller): Promise<RunDetail> {
    return this.#decide(run, { kind: 'skip', path: step, actor: actorOf(caller, via) }, caller);
  }

  async retry(run: string, { step, items, via }: Retry, caller: Caller): Promise<RunDetail> {
    this.#groups.checkFree(run);
    const what = { ...(step === undefined ? {} : { path: step }), ...(items === undefined ? {} : { items }) };
    return this.#decide(run, { kind: 'retry', ...what, actor: actorOf(caller, via) }, caller);
  }

  rollback(run: string, { via }: Act, caller: Caller): Promise<RunDetail> {
    return this.#decide(run, { kind: 'rollback', actor: actorOf(caller, via) }, caller);
  }

  /** Of the step's last attempt. */
  async output(run: string, step: string): Promise<OutputText> {
    const row = this.#journal.db.prepare('SELECT attempts FROM steps WHERE run = ? AND path = ?').get(run, step);
    if (!row) {
      const { steps } = await this.show(run);
      throw new ProblemError(problem('step-unknown', { where: `The run ${run}`, step, known: steps.map(({ id }) => id).join(', ') }));
    }
    const attempt = number(row, 'attempts');
    return { ...readOutput(attemptFolder(this.#parts.stateFolder, run, step, attempt)), attempt };
  }

  follow(options: { run?: string; after: number }, listener: Listener): () => void {
    if (options.run !== undefined && !this.#exists(options.run)) throw new ProblemError(problem('run-unknown', { run: options.run }));
    return this.#feed.follow(options, listener);
  }

  setTrust(folder: string, trusted: boolean): Promise<void> {
    return trusted ? this.#parts.trust.add(folder) : this.#parts.trust.remove(folder);
  }
  trusted(): Promise<string[]> {
    return this.#parts.trust.folders();
  }
  secretNames(): Promise<string[]> {
    return this.#parts.secrets.names();
  }
  async putSecret(name: string, value: string, allowShort: boolean): Promise<void> {
    await this.#parts.secrets.set(name, value, { allowShort });
  }
  async unlockSecrets(key: string, keep: KeyKeeper): Promise<void> {
    await this.#parts.secrets.unlock(key, keep);
    await this.#releaseHeld();
  }
  removeSecret(name: string): Promise<boolean> {
    return this.#parts.secrets.remove(name);
  }
  policy(): Promise<PolicyView> {
    return readPolicy(this.#parts.stateFolder);
  }
  setPolicy(policy: PolicyView): Promise<void> {
    return writePolicy(this.#parts.stateFolder, policy);
  }

  /** Takes nothing new, waits at most `grace` milliseconds for attempts inside this process, leaves supervised ones running. The journal stays open. */
  async stop(grace = 10_000): Promise<void> {
    this.#stopping = true;
    this.#timers.close();
    this.schedules.close();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, grace);
    });
    await Promise.race([Promise.all([...this.#runs.values()].map((run) => run.settle())), late]);
    clearTimeout(timer);
    this.#feed.close();
  }

  async #decide(run: string, order: Order, caller: Caller): Promise<RunDetail> {
    // The API has checked it; an approval is too grave for one check.
    if (!caller.scopes.includes('approve'))
      throw new ProblemError(problem('scope-missing', { scope: order.kind === 'start' ? 'approve' : order.kind }));
    await this.#load(run).send(order);
    return this.show(run);
  }

  /** The run in memory, or from the journal. Throws `run-unknown`, `journal-damaged`, `engine-stopping`. */
  #load(id: string): Run<State> {
    this.#checkTaking();
    const damage = this.#journal.damages.get(id);
    if (damage) throw new ProblemError(problem('journal-damaged', { run: id, why: damage.why }));
    const known = this.#runs.get(id);
    if (known) return known;
    const found = this.#journal.firstSnapshot(id);
    if (!found) throw new ProblemError(problem('run-unknown', { run: id }));
    if (!isCurrent(found.snapshot)) throw new ProblemError(problem('snapshot-old', { run: id }));
    const run = new Run(this.#engine, id, found.snapshot, found.digest, this.#journal.environment(id), 'journal');
    this.#runs.set(id, run);
    return run;
  }

  /** What was held up because the store was locked goes on, if it can be opened now. */
  async #releaseHeld(): Promise<void> {
    const rows = this.#journal.db.prepare('SELECT DISTINCT run FROM steps WHERE held = 1').all();
    if (rows.length === 0) return;
    try {
      await this.#parts.secrets.derivedKey('is it open?');
    } catch {
      return;
    }
    for (const row of rows) {
      const id = text(row, 'run');
      await this.#load(id)
        .send({ kind: 'unlock' })
        .catch((error: Error) => this.#parts.log(`run ${id} waits for its secrets: ${error.message}`));
    }
  }

  async #wake(id: string): Promise<void> {
    try {
      await this.#runs.get(id)?.send({ kind: 'time-passed' });
    } catch (error) {
      this.#parts.log(`a timer of ${id} was not taken: ${error instanceof Error ? error.message : error}`);
      // The disk may take it later; a run that waits for a time must not sleep for ever.
      if (!this.#stopping) this.#timers.set(id, this.#parts.now() + 5000);
    }
  }

  #exists(id: string): boolean {
    return this.#journal.db.prepare('SELECT 1 FROM runs WHERE id = ?').get(id) !== undefined;
  }

  #checkTaking(): void {
    if (this.#stopping) throw new ProblemError(problem('engine-stopping'));
  }
}
