export interface IdleOptions {
  /** Milliseconds without work and clients after which `end` is called. */
  readonly after: number;
  active(): boolean;
  end(): void;
}

/** Ends the engine when nobody needs it. */
export class Idle {
  readonly #options: IdleOptions;
  readonly #interval: NodeJS.Timeout;
  #connections = 0;
  #last = performance.now();

  constructor(options: IdleOptions) {
    this.#options = options;
    this.#interval = setInterval(() => this.#look(), Math.min(5000, Math.max(50, options.after / 4)));
  }

  /** A client was here; `connections` are those still open. */
  touch(connections: number): void {
    this.#connections = connections;
    this.#last = performance.now();
  }

  close(): void {
    clearInterval(this.#interval);
  }

  #look(): void {
    if (this.#connections > 0 || this.#options.active()) this.#last = performance.now();
    else if (performance.now() - this.#last >= this.#options.after) this.#options.end();
  }
}
