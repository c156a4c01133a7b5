/** Numbers of a column: all of them up to `most`, beyond that as many chosen evenly at random (a reservoir), so that memory has a bound. */
export class Sample {
  #values: Float64Array;
  #seen = 0;
  readonly #most: number;
  readonly #random: () => number;

  constructor(most: number, random: () => number = Math.random) {
    this.#most = most;
    this.#random = random;
    this.#values = new Float64Array(Math.min(1024, most));
  }

  add(value: number): void {
    const at = this.#seen++;
    if (at < this.#most) {
      if (at === this.#values.length) {
        const more = new Float64Array(Math.min(this.#most, at * 2));
        more.set(this.#values);
        this.#values = more;
      }
      this.#values[at] = value;
      return;
    }
    const place = Math.floor(this.#random() * this.#seen);
    if (place < this.#most) this.#values[place] = value;
  }

  /** Whether every number is in it. */
  get exact(): boolean {
    return this.#seen <= this.#most;
  }

  /** Ascending. */
  sorted(): Float64Array {
    return this.#values.slice(0, Math.min(this.#seen, this.#most)).sort();
  }
}

/** Numbers of a column that are kept for its quantiles. */
export const mostKept = 250_000;

/** Linear between the two nearest, as spreadsheets and NumPy do it (type 7); NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, part: number): number {
  const place = (sorted.length - 1) * part;
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (place - below);
}

/** Median of the distances from the median. */
export function medianDeviation(sorted: Float64Array, median: number): number {
  return quantile(sorted.map((value) => Math.abs(value - median)).sort(), 0.5);
}

/** Twelve digits: what comes out of sums of floating-point numbers has no more that mean something. JSON has no NaN. */
export const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(12)) : null);
