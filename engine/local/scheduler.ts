import { isAbsolute } from 'node:path';
import type { ScheduleView } from '../../protocol/schedule.ts';
import { canonical } from '../../runbook/core/canonical.ts';
import { type Problem, ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';
import { sha256 } from './digest.ts';
import type { Caller } from './parts.ts';
import { runIdOf } from './run-id.ts';
import { openTimes, type Times } from './schedule-times.ts';
import { type Fired, readSchedules, type Schedule, type Scheduled, writeSchedules } from './schedules-file.ts';
import { Timers } from './timers.ts';

/** Who asks for runs of schedules: nobody is there, so it may not approve, nor start what is not under a trusted folder. */
export const scheduler: Caller = { subject: 'schedule', scopes: ['read', 'request'] };

/** What schedules need of the engine. */
export interface SchedulerHost {
  readonly stateFolder: string;
  now(): number;
  log(text: string): void;
  /** Name, schedules (their `with` checked against the inputs) and digest of a file under a trusted folder. Rejects with the reason. */
  read(file: string): Promise<{ readonly name: string; readonly schedules: readonly Schedule[]; readonly digest: string }>;
  /** What steps may start from, of an environment that was given. */
  environment(given: Readonly<Record<string, string | undefined>>): Record<string, string>;
  /** Resolves when the run is in the journal; nothing happens when a run of that id is. */
  start(id: string, file: string, inputs: Readonly<Record<string, Json>>, environment: Readonly<Record<string, string>>): Promise<void>;
}

/** A fire that is later than this starts nothing. */
const longestDelay = 24 * 3600 * 1000;

/**
 * Starts runs when their schedules say so.
 * 1. The id of a run follows from file, time and inputs: a fire that is looked at twice, after a kill or with a clock that was set back, starts one run.
 * 2. What is done with (`until`) is written down after its runs are in the journal, so that a kill in between loses none.
 * 3. Of the fires that were missed the last one starts one run, if it is not older than a day; the others start none.
 * 4. The file is read again at each fire: its digest is recorded, and one that cannot be read, is broken or not trusted starts nothing, and says so.
 */
export class Scheduler {
  readonly #host: SchedulerHost;
  readonly #timers: Timers;
  readonly #all = new Map<string, Scheduled>();
  #times: Promise<Times> | undefined;
  #closed = false;
  /** One change after another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(host: SchedulerHost) {
    this.#host = host;
    this.#timers = new Timers(host.now, (file) => void this.due(file).catch((error) => this.#later(file, error)));
  }

  /** Something is scheduled: the engine has to be there. */
  get active(): boolean {
    return this.#all.size > 0;
  }

  /** Reads what is scheduled and makes up for what was missed. A list that cannot be read is logged and left as it is. */
  async open(): Promise<void> {
    try {
      for (const one of await readSchedules(this.#host.stateFolder)) this.#all.set(one.file, one);
    } catch (error) {
      this.#host.log(`no schedule is followed: ${textOf(error)}`);
      return;
    }
    for (const file of [...this.#all.keys()]) await this.due(file).catch((error) => this.#later(file, error));
  }

  /** Follows the schedules of a file from now on, or again with another environment. */
  add(file: string, environment: Readonly<Record<string, string | undefined>> | undefined): Promise<ScheduleView> {
    return this.#turn(async () => {
      if (!isAbsolute(file)) throw new ProblemError(problem('request-invalid', { why: 'file must be an absolute path' }));
      // It would overwrite what cannot be read.
      if (this.#all.size === 0) await readSchedules(this.#host.stateFolder);
      const { name, schedules } = await this.#host.read(file);
      if (schedules.length === 0) throw new ProblemError(problem('schedule-none', { file }));
      const { last } = this.#all.get(file) ?? {};
      const kept = withoutCredentials(this.#host.environment(environment ?? process.env));
      const one: Scheduled = { file, name, schedules, environment: kept, until: this.#host.now(), ...(last && { last }) };
      await this.#put(one);
      return this.#view(one);
    });
  }

  /** Whether it was scheduled. Runs that it started go on. */
  remove(file: string): Promise<boolean> {
    return this.#turn(async () => {
      const found = this.#all.get(file);
      if (found === undefined) return false;
      this.#all.delete(file);
      try {
        await writeSchedules(this.#host.stateFolder, [...this.#all.values()]);
      } catch (error) {
        this.#all.set(file, found);
        throw error;
      }
      this.#timers.set(file, undefined);
      return true;
    });
  }

  /** By file; each is read anew. */
  list(): Promise<ScheduleView[]> {
    return this.#turn(async () => {
      const views: ScheduleView[] = [];
      for (const one of [...this.#all.values()].sort((a, b) => (a.file < b.file ? -1 : 1))) {
        const { schedule } = await this.#renew(one);
        if (schedule !== one) await this.#put(schedule);
        views.push(await this.#view(schedule));
      }
      return views;
    });
  }

  /** Looks at the time: starts what is due of a file and waits for what comes next. */
  due(file: string): Promise<void> {
    return this.#turn(async () => {
      const one = this.#all.get(file);
      if (one === undefined || this.#closed) return;
      const now = this.#host.now();
      const times = await this.#clock();
      // A clock that was far ahead and was corrected: what it left behind is not waited for. Invariant 1 keeps runs from being started twice.
      const after = one.until > now + longestDelay ? now : one.until;
      const fires = one.schedules.flatMap((schedule) => {
        const at = times.last(schedule.cron, schedule.timezone, now);
        return at !== undefined && at > after ? [{ at, schedule }] : [];
      });
      if (fires.length === 0) {
        if (after !== one.until) await this.#put({ ...one, until: after });
        else await this.#arm(one);
        return;
      }
      const { schedule, digest } = await this.#renew(one);
      let last = one.last;
      for (const fire of fires.sort((a, b) => a.at - b.at)) last = await this.#fire(schedule, fire, digest, now);
      await this.#put({ ...schedule, until: Math.max(after, ...fires.map(({ at }) => at)), ...(last && { last }) });
    });
  }

  close(): void {
    this.#closed = true;
    this.#timers.close();
  }

  async #fire(
    one: Scheduled,
    { at, schedule }: { at: number; schedule: Schedule },
    digest: string | undefined,
    now: number,
  ): Promise<Fired> {
    const when = new Date(at).toISOString();
    const refused = (error: Problem): Fired => {
      this.#host.log(`schedule of ${one.file} at ${when} started nothing: ${error.message}`);
      return { at, error, ...(digest === undefined ? {} : { digest }) };
    };
    if (now - at > longestDelay) return refused(problem('schedule-missed', { time: when }));
    if (one.error !== undefined || digest === undefined) return refused(one.error ?? problem('schedule-none', { file: one.file }));
    if (!one.schedules.some((other) => canonical(other) === canonical(schedule)))
      return refused(problem('schedule-changed', { file: one.file }));
    const run = runIdOf(at, sha256(canonical([one.file, at, schedule.with])));
    try {
      await this.#host.start(run, one.file, schedule.with, one.environment);
      return { at, run, digest };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      // The engine ends, or its disk is full: the fire is looked at again.
      if (error.problem.code === 'state-folder' || error.problem.code === 'engine-stopping') throw error;
      return refused(error.problem);
    }
  }

  /** What the file says now; the schedules it had where it cannot be followed. */
  async #renew(one: Scheduled): Promise<{ schedule: Scheduled; digest?: string }> {
    const { error: before, ...rest } = one;
    try {
      const { name, schedules, digest } = await this.#host.read(one.file);
      if (schedules.length === 0) throw new ProblemError(problem('schedule-none', { file: one.file }));
      if (before === undefined && canonical([name, schedules]) === canonical([one.name, one.schedules])) return { schedule: one, digest };
      // What it adds counts from now on: it did not fire before it was there.
      return { schedule: { ...rest, name, schedules }, digest };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const same = before?.code === error.problem.code && before.message === error.problem.message;
      return { schedule: same ? one : { ...rest, error: error.problem } };
    }
  }

  async #put(one: Scheduled): Promise<void> {
    const before = this.#all.get(one.file);
    this.#all.set(one.file, one);
    try {
      await writeSchedules(this.#host.stateFolder, [...this.#all.values()]);
    } catch (error) {
      if (before === undefined) this.#all.delete(one.file);
      else this.#all.set(one.file, before);
      throw error;
    }
    await this.#arm(one);
  }

  async #arm(one: Scheduled): Promise<void> {
    if (!this.#closed) this.#timers.set(one.file, await this.#next(one));
  }

  /** The first fire that is neither past nor done with. */
  async #next({ schedules, until }: Scheduled): Promise<number | undefined> {
    const times = await this.#clock();
    const after = Math.max(until, this.#host.now());
    const coming = schedules.flatMap(({ cron, timezone }) => times.next(cron, timezone, after) ?? []);
    return coming.length === 0 ? undefined : Math.min(...coming);
  }

  async #view(one: Scheduled): Promise<ScheduleView> {
    const next = await this.#next(one);
    const { file, name, schedules, last, error } = one;
    return {
      file,
      runbook: name,
      schedules: schedules.map(({ cron, timezone = 'UTC', with: inputs }) => ({ cron, timezone, with: { ...inputs } })),
      ...(next === undefined ? {} : { next: new Date(next).toISOString() }),
      ...(last === undefined ? {} : { last: { ...last, at: new Date(last.at).toISOString() } }),
      ...(error === undefined ? {} : { error }),
    };
  }

  #clock(): Promise<Times> {
    this.#times ??= openTimes();
    return this.#times;
  }

  /** What failed now, on a full disk most likely, is tried again. */
  #later(file: string, error: unknown): void {
    this.#host.log(`schedule of ${file}: ${textOf(error)}`);
    if (!this.#closed && this.#all.has(file)) this.#timers.set(file, this.#host.now() + 30_000);
  }

  #turn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A proxy's URL may carry a password, which is never written down. */
function withoutCredentials(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => !(/_proxy$/i.test(name) && value.includes('@'))));
}
