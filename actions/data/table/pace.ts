import { setImmediate as turn } from 'node:timers/promises';
import { throwIfStopped } from '../stopped.ts';
import type { Row } from './columns.ts';

/** Milliseconds that others in the process may have to wait for whoever works on rows. */
const longest = 25;

/** Hands on fewer rows at a time, down to one, when the work on them takes long, and lets others have their turn in between. */
export class Pace {
  #rows = 1024;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async *blocks(rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
    for (let at = 0; at < rows.length; ) {
      throwIfStopped(this.#signal);
      const block = at === 0 && rows.length <= this.#rows ? rows : rows.slice(at, at + this.#rows);
      const from = performance.now();
      yield block;
      const took = performance.now() - from;
      at += block.length;
      if (took > longest) this.#rows = Math.max(1, Math.floor((block.length * longest) / took));
      else if (took < longest / 2 && block.length === this.#rows) this.#rows = Math.min(1024, this.#rows * 2);
      if (at < rows.length) await turn();
    }
  }
}
