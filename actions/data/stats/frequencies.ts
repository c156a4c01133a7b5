/** Different values that are counted; what comes new after that is in `others`. */
const most = 100_000;
const longest = 200;

/** How often each value comes. */
export class Frequencies {
  readonly #counts = new Map<string, number>();
  others = 0;

  add(value: string): void {
    const key = value.length > longest ? `${value.slice(0, longest)}…` : value;
    const count = this.#counts.get(key);
    if (count !== undefined) this.#counts.set(key, count + 1);
    else if (this.#counts.size < most) this.#counts.set(key, 1);
    else this.others++;
  }

  /** At least as many, where there are `others`. */
  get distinct(): number {
    return this.#counts.size;
  }

  top(count: number): { readonly value: string; readonly count: number }[] {
    return [...this.#counts]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, count)
      .map(([value, times]) => ({ value, count: times }));
  }
}
