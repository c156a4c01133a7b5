import type { FeedIndex } from './index-of.ts';

/** Indicators of all feeds together that stay in memory, some 60 MB. */
const mostKept = 200_000;
/** Milliseconds after which nothing is kept that nobody asked for. */
const idle = 10 * 60_000;

/** Parsed feeds, each for one state of its file. The one that was not used for longest goes first. */
export class FeedCache {
  readonly #kept = new Map<string, { readonly state: string; readonly index: FeedIndex }>();
  readonly #most: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(most = mostKept) {
    this.#most = most;
  }

  get(key: string, state: string): FeedIndex | undefined {
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    if (known?.state !== state) return undefined;
    return this.keep(key, state, known.index);
  }

  keep(key: string, state: string, index: FeedIndex): FeedIndex {
    this.#kept.set(key, { state, index });
    let size = [...this.#kept.values()].reduce((sum, feed) => sum + feed.index.size, 0);
    for (const [oldest, feed] of this.#kept) {
      if (size <= this.#most) break;
      this.#kept.delete(oldest);
      size -= feed.index.size;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#kept.clear(), idle).unref();
    return index;
  }
}
