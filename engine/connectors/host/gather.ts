/** Keeps the first bytes of a stream. */
export class Gathered {
  readonly #limit: number;
  readonly #parts: Buffer[] = [];
  #length = 0;
  #cut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    const fits = chunk.subarray(0, this.#limit - this.#length);
    if (fits.length < chunk.length) this.#cut = true;
    if (fits.length === 0) return;
    this.#parts.push(fits);
    this.#length += fits.length;
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }

  /** Something was longer than the limit. */
  get cut(): boolean {
    return this.#cut;
  }
}

/** Bytes of a stream, where nothing else is said. */
export const usualLimit = 1024 * 1024;
/** Milliseconds between TERM and KILL. */
export const grace = 3000;
/** Milliseconds that what a script left running in the background may go on printing after its end. */
export const drain = 1000;
