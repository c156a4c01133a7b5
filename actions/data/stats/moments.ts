/** Mean and variance of numbers as they come, by Welford's method, which loses nothing to large sums. */
export class Moments {
  count = 0;
  mean = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  sum = 0;
  #squares = 0;

  add(value: number): void {
    this.count++;
    const delta = value - this.mean;
    this.mean += delta / this.count;
    this.#squares += delta * (value - this.mean);
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** Of a sample: n - 1; NaN of fewer than two. */
  get deviation(): number {
    return this.count < 2 ? Number.NaN : Math.sqrt(this.#squares / (this.count - 1));
  }
}

/** Pearson's correlation of pairs as they come. */
export class Correlation {
  count = 0;
  #x = 0;
  #y = 0;
  #xx = 0;
  #yy = 0;
  #xy = 0;

  add(x: number, y: number): void {
    this.count++;
    const dx = x - this.#x;
    this.#x += dx / this.count;
    const dy = y - this.#y;
    this.#y += dy / this.count;
    this.#xx += dx * (x - this.#x);
    this.#yy += dy * (y - this.#y);
    this.#xy += dx * (y - this.#y);
  }

  /** NaN where one of the two never changes. */
  get value(): number {
    return this.#xx === 0 || this.#yy === 0 ? Number.NaN : Math.max(-1, Math.min(1, this.#xy / Math.sqrt(this.#xx * this.#yy)));
  }
}
