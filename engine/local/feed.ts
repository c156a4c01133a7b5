import type { RunEvent } from '../../protocol/run.ts';
import type { Journal, Recorded } from './journal/journal.ts';
import { eventView } from './views.ts';

export interface Listener {
  event(event: RunEvent): void;
  live(): void;
}

interface Follower extends Listener {
  readonly run?: string;
  /** Sequence of the last journal event delivered; only kept with `run`. */
  last: number;
  /** Past events are still being read: live ones are found there. */
  catchingUp: boolean;
}

const page = 200;

/** Hands events to those who follow. Journal events reach a follower of a run once, in order, without a gap between past and live. */
export class Feed {
  readonly #journal: Journal;
  /** By the run they follow; those of all runs under undefined. */
  readonly #followers = new Map<string | undefined, Set<Follower>>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  publish(recorded: readonly Recorded[]): void {
    for (const one of recorded) {
      if (!this.#followers.has(one.run) && !this.#followers.has(undefined)) continue;
      const event = eventView(one);
      for (const follower of this.#of(one.run)) if (!follower.catchingUp) deliver(follower, event);
    }
  }

  /** Not journaled: `seq` is that of the run's last event. */
  output(event: RunEvent): void {
    for (const follower of this.#of(event.run)) if (!follower.catchingUp) follower.event(event);
  }

  follow(options: { run?: string; after: number }, listener: Listener): () => void {
    const follower: Follower = {
      run: options.run,
      last: options.after,
      catchingUp: options.run !== undefined,
      event: (event) => listener.event(event),
      live: () => listener.live(),
    };
    const group = this.#followers.get(options.run) ?? new Set();
    this.#followers.set(options.run, group.add(follower));
    const stop = () => {
      if (group.delete(follower) && group.size === 0 && this.#followers.get(options.run) === group) this.#followers.delete(options.run);
    };
    // Never inside the caller's turn: it may not hold what stops it yet. One page a turn, so that a long past blocks nobody.
    const next = () => {
      if (!group.has(follower)) return;
      if (options.run !== undefined) {
        const past = this.#journal.read(options.run, follower.last, page);
        for (const one of past) deliver(follower, eventView(one));
        if (past.length === page) return void setImmediate(next);
        follower.catchingUp = false;
      }
      follower.live();
    };
    setImmediate(next);
    return stop;
  }

  close(): void {
    for (const group of this.#followers.values()) group.clear();
    this.#followers.clear();
  }

  /** A copy: a follower may go while it is told. */
  #of(run: string): Follower[] {
    return [...(this.#followers.get(run) ?? []), ...(this.#followers.get(undefined) ?? [])];
  }
}

function deliver(follower: Follower, event: RunEvent): void {
  if (follower.run !== undefined) {
    if (event.seq <= follower.last) return;
    follower.last = event.seq;
  }
  follower.event(event);
}
