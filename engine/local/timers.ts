/** A timeout stands still while the machine sleeps and knows nothing of a clock that is set: the time is looked at again after this long. */
const longest = 60_000;

interface Item {
  readonly key: string;
  readonly at: number;
}

/** One timer for all runs: a heap of what is due, each key at most once. Times are milliseconds since the epoch. */
export class Timers {
  readonly #now: () => number;
  readonly #due: (key: string) => void;
  readonly #current = new Map<string, number>();
  readonly #heap: Item[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number, due: (key: string) => void) {
    this.#now = now;
    this.#due = due;
  }

  get size(): number {
    return this.#current.size;
  }

  /** Replaces what was set for the key; undefined clears it. */
  set(key: string, at: number | undefined): void {
    if (this.#current.get(key) === at) return;
    if (at === undefined) this.#current.delete(key);
    else {
      this.#current.set(key, at);
      push(this.#heap, { key, at });
    }
    this.#arm();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#current.clear();
    this.#heap.length = 0;
  }

  /** Stale items (replaced or cleared) are dropped when they come up. */
  #arm(): void {
    clearTimeout(this.#timer);
    let first = this.#heap[0];
    while (first && this.#current.get(first.key) !== first.at) {
      pop(this.#heap);
      first = this.#heap[0];
    }
    if (first) this.#timer = setTimeout(() => this.#fire(), Math.min(longest, Math.max(0, first.at - this.#now())));
  }

  #fire(): void {
    const now = this.#now();
    const due: string[] = [];
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      pop(this.#heap);
      if (this.#current.get(first.key) !== first.at) continue;
      this.#current.delete(first.key);
      due.push(first.key);
    }
    this.#arm();
    for (const key of due) this.#due(key);
  }
}

function push(heap: Item[], item: Item): void {
  let index = heap.push(item) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (!above || above.at <= item.at) break;
    heap[index] = above;
    heap[parent] = item;
    index = parent;
  }
}

function pop(heap: Item[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    const child = right && left && right.at < left.at ? 2 * index + 2 : 2 * index + 1;
    const below = heap[child];
    if (!below || below.at >= last.at) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = last;
}
