/**
 * The connections to one server.
 * 1. At most `max` are open or being opened; whoever comes then waits, first come first served.
 * 2. A connection is lent to one at a time, and only while it is `usable`.
 * 3. One that nobody wanted for `idle` milliseconds is closed; no timer keeps the process alive.
 */
export class Pool<S extends { readonly usable: boolean; close(): void }> {
  readonly #open: () => Promise<S>;
  readonly #max: number;
  readonly #idleAfter: number;
  readonly #idle: { readonly session: S; readonly timer: NodeJS.Timeout }[] = [];
  readonly #waiting: ((session: S | undefined) => void)[] = [];
  #count = 0;

  constructor(open: () => Promise<S>, { max = 10, idle = 30_000 } = {}) {
    this.#open = open;
    this.#max = max;
    this.#idleAfter = idle;
  }

  get size(): number {
    return this.#count;
  }

  /** `fresh`: opened for this. Rejects with what opening rejects with, or with the signal's reason. */
  async take(signal: AbortSignal): Promise<{ readonly session: S; readonly fresh: boolean }> {
    signal.throwIfAborted();
    for (let last = this.#idle.pop(); last; last = this.#idle.pop()) {
      clearTimeout(last.timer);
      if (last.session.usable) return { session: last.session, fresh: false };
      this.#drop(last.session);
    }
    if (this.#count >= this.#max) {
      const given = await this.#turn(signal);
      if (given) return { session: given, fresh: false };
      return this.take(signal);
    }
    this.#count++;
    const opening = this.#open();
    try {
      return { session: await orAborted(opening, signal), fresh: true };
    } catch (error) {
      // One that opens after its asker has gone is closed.
      opening.then(
        (session) => session.close(),
        () => undefined,
      );
      this.#count--;
      this.#waiting.shift()?.(undefined);
      throw error;
    }
  }

  give(session: S): void {
    const next = session.usable ? this.#waiting.shift() : undefined;
    if (next) next(session);
    else if (session.usable) this.#keep(session);
    else this.#drop(session);
  }

  /** Closes what is idle. */
  close(): void {
    for (const { session, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      this.#drop(session);
    }
  }

  #keep(session: S): void {
    const timer = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((one) => one.session === session),
        1,
      );
      this.#drop(session);
    }, this.#idleAfter);
    timer.unref();
    this.#idle.push({ session, timer });
  }

  #drop(session: S): void {
    session.close();
    this.#count--;
    this.#waiting.shift()?.(undefined);
  }

  /** Undefined: there is room to open one. */
  async #turn(signal: AbortSignal): Promise<S | undefined> {
    const { promise, resolve } = Promise.withResolvers<S | undefined>();
    this.#waiting.push(resolve);
    try {
      return await orAborted(promise, signal);
    } catch (error) {
      const at = this.#waiting.indexOf(resolve);
      if (at >= 0) this.#waiting.splice(at, 1);
      // Given in the same instant: the next one gets it.
      else promise.then((session) => (session ? this.give(session) : this.#waiting.shift()?.(undefined)));
      throw error;
    }
  }
}

export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
