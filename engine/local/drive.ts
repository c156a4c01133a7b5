import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Command, Outcome } from '../kernel/command.ts';
import { longestDecision } from '../kernel/decide.ts';
import type { KernelEvent } from '../kernel/event.ts';
import type { Snapshot } from '../kernel/snapshot.ts';
import { type Held, type RunAttempt, recoverAttempt, runAttempt } from './attempts.ts';
import type { Feed } from './feed.ts';
import type { Beginning, Journal } from './journal/journal.ts';
import type { Stream } from './output.ts';
import type { Parts } from './parts.ts';
import type { ResultCache } from './result-cache.ts';
import { RunSecretOutputs } from './secret-outputs.ts';
import type { Timers } from './timers.ts';

/** What all runs share. */
export interface Engine<State> {
  readonly parts: Parts<State>;
  readonly journal: Journal;
  readonly feed: Feed;
  readonly timers: Timers;
  readonly cache: ResultCache;
  /** True from the moment the engine stops: nothing new begins. */
  stopping(): boolean;
  /** The run is finished and nothing of it is in hand. */
  finished(run: string): void;
}

interface InHand {
  readonly script: boolean;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** A command as the kernel takes it, but for the time, which is that of its turn. */
export type Order = Command extends infer C ? (C extends Command ? Omit<C, 'time'> : never) : never;

const longestWait = 30_000;

/**
 * Drives one run: takes commands one after another, writes what the kernel decides, then does what follows.
 * 1. What follows from a state is done only when the journal holds its events. When append() fails, the state is read again.
 * 2. An attempt is begun only after the event that starts it is in the journal.
 * 3. An attempt is in hand at most once; its outcome is offered until the journal takes it.
 */
export class Run<State> {
  readonly id: string;
  readonly #engine: Engine<State>;
  readonly #snapshot: Snapshot;
  readonly #digest: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #secretOutputs: RunSecretOutputs;
  readonly #inHand = new Map<string, InHand>();
  #state: State;
  #seq = 0;
  #over = false;
  /** Memory and journal may differ. */
  #stale: boolean;
  /** The kernel may have stopped in the middle of what follows. */
  #more = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    engine: Engine<State>,
    id: string,
    snapshot: Snapshot,
    digest: string,
    environment: Readonly<Record<string, string>>,
    from: 'start' | 'journal',
  ) {
    this.#stale = from === 'journal';
    this.#engine = engine;
    this.id = id;
    this.#secretOutputs = new RunSecretOutputs(engine.parts, id);
    this.#snapshot = snapshot;
    this.#digest = digest;
    this.#environment = environment;
    this.#state = engine.parts.kernel.initial(snapshot, digest);
  }

  /** Reads the run from the journal and goes on with it; attempts that were under way are looked for. */
  recover(): Promise<void> {
    return this.#queue(async () => this.#follow(this.#reload()));
  }

  /** Resolves when what the kernel decided is on the disk; rejects with its refusal, or `state-folder`. */
  send(order: Order, beginning?: Beginning): Promise<void> {
    return this.#queue(async () => {
      const how = this.#stale ? this.#reload() : 'run';
      const events = this.#decide(order);
      // What starts just now was under way in no earlier process, even where the run was read for this order.
      const started = new Set(events.flatMap((event) => (event.kind === 'step-started' ? [key(event)] : [])));
      if (events.length > 0) {
        // From here until the disk has them, memory is ahead of the journal.
        this.#stale = true;
        const recorded = await this.#engine.journal.append(this.id, this.#seq, events, beginning);
        this.#stale = false;
        for (const event of events) this.#count(event);
        this.#engine.feed.publish(recorded);
      }
      this.#more = events.length >= longestDecision || (this.#more && order.kind !== 'time-passed');
      this.#follow(how, started);
    });
  }

  /** Waits for attempts that would be lost with the process; those under a supervisor go on without us. */
  async settle(): Promise<void> {
    await Promise.all([...this.#inHand.values()].filter(({ script }) => !script).map(({ done }) => done));
    await this.#last;
  }

  get busy(): boolean {
    return this.#inHand.size > 0;
  }

  #queue<T>(turn: () => Promise<T>): Promise<T> {
    const result = this.#last.then(turn);
    this.#last = result.catch(() => undefined).then(() => this.#endIfOver());
    return result;
  }

  /** The kernel applies what it decides; after an error that is no refusal its state is not to be trusted. */
  #decide(order: Order): readonly KernelEvent[] {
    const { kernel, now } = this.#engine.parts;
    try {
      return kernel.decide(this.#state, { ...order, time: now() } as Command);
    } catch (error) {
      if (!(error instanceof ProblemError)) this.#stale = true;
      throw error;
    }
  }

  /** After it attempts that are not in hand may have begun in an earlier process. */
  #reload(): 'recover' {
    this.#state = this.#engine.parts.kernel.initial(this.#snapshot, this.#digest);
    this.#seq = 0;
    for (const event of this.#engine.journal.events(this.id)) {
      this.#state = this.#engine.parts.kernel.evolve(this.#state, event);
      this.#count(event);
    }
    this.#stale = false;
    this.#more = true;
    return 'recover';
  }

  #count(event: KernelEvent): void {
    this.#seq++;
    this.#secretOutputs.count(event);
    if (event.kind === 'run-finished') this.#over = true;
    if (event.kind === 'run-reopened' || event.kind === 'rollback-requested') this.#over = false;
  }

  /** Brings the world to what the state asks for. */
  #follow(how: 'run' | 'recover', started: ReadonlySet<string> = new Set()): void {
    let wake: number | undefined;
    for (const effect of this.#engine.parts.kernel.effects(this.#state)) {
      switch (effect.kind) {
        case 'run-attempt':
          this.#begin(effect, started.has(key(effect)) ? 'run' : how);
          break;
        case 'cancel-attempt':
          this.#inHand.get(key(effect))?.abort.abort();
          break;
        case 'wake':
          wake = Math.min(wake ?? effect.at, effect.at);
      }
    }
    // What is left of a long decision takes its turn after what others wait for.
    this.#engine.timers.set(this.id, this.#more && !this.#over ? this.#engine.parts.now() : wake);
  }

  #begin(effect: RunAttempt, how: 'run' | 'recover'): void {
    if (this.#inHand.has(key(effect)) || this.#engine.stopping()) return;
    const abort = new AbortController();
    const output = (stream: Stream, text: string, offset: number) => {
      const { path, attempt } = effect;
      const time = new Date(this.#engine.parts.now()).toISOString();
      this.#engine.feed.output({ seq: this.#seq, time, run: this.id, type: 'output', step: path, attempt, stream, text, offset });
    };
    const given = {
      run: this.id,
      effect,
      environment: this.#environment,
      signal: abort.signal,
      secretOutputs: this.#secretOutputs,
      cache: this.#engine.cache,
      output,
    };
    const outcome = how === 'run' ? runAttempt(this.#engine.parts, given) : recoverAttempt(this.#engine.parts, given);
    const done = outcome
      .then((outcome) => this.#report(effect, outcome))
      .finally(() => {
        this.#inHand.delete(key(effect));
        this.#endIfOver();
      });
    this.#inHand.set(key(effect), { script: effect.request.kind === 'script', abort, done });
  }

  async #report({ path, attempt }: RunAttempt, outcome: Outcome | Held | undefined): Promise<void> {
    const order: Order =
      outcome?.kind === 'held'
        ? { kind: 'attempt-held', path, attempt, error: outcome.error }
        : outcome
          ? { kind: 'attempt-ended', path, attempt, outcome, random: this.#engine.parts.random() }
          : { kind: 'attempt-lost', path, attempt };
    for (let wait = 250; ; wait = Math.min(longestWait, wait * 2)) {
      try {
        return await this.send(order);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#engine.parts.log(`outcome of ${this.id} ${path} attempt ${attempt} was not taken: ${why}`);
        if (!(error instanceof ProblemError) || error.problem.code !== 'state-folder' || this.#engine.stopping()) return;
        await sleep(wait, undefined, { ref: false });
      }
    }
  }

  #endIfOver(): void {
    if (this.#over && this.#inHand.size === 0) this.#engine.finished(this.id);
  }
}

const key = ({ path, attempt }: { path: string; attempt: number }): string => `${attempt} ${path}`;
