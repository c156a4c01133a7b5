/** Addresses and networks of one family, found by an address: words of 32 bits, one for IPv4 and four for IPv6. */
export class Networks {
  readonly #words: number;
  /** Distinct lengths, for each of which an address is cut and looked up. */
  readonly #lengths: number[] = [];
  readonly #entries = new Map<number, { readonly words: Int32Array; readonly length: number; readonly ids: number[] }[]>();
  readonly #cut: Int32Array;
  /** Which hashes there are at all: most addresses of a log end here. */
  readonly #filter = new Uint8Array(65_536);

  constructor(words: 1 | 4) {
    this.#words = words;
    this.#cut = new Int32Array(words);
  }

  get empty(): boolean {
    return this.#lengths.length === 0;
  }

  add(bytes: readonly number[], length: number, id: number): void {
    const words = new Int32Array(this.#words);
    for (const [index, byte] of bytes.entries()) words[index >> 2] = ((words[index >> 2] ?? 0) << 8) | byte;
    if (!this.#lengths.includes(length)) this.#lengths.push(length);
    const hash = this.#hashOf(words, length);
    const same = this.#entries.get(hash) ?? [];
    this.#entries.set(hash, same);
    this.#filter[hash & 0xffff] = 1;
    const known = same.find((entry) => entry.length === length && entry.words.every((word, index) => word === words[index]));
    if (known) known.ids.push(id);
    else same.push({ words: Int32Array.from(this.#cut), length, ids: [id] });
  }

  /** Calls back for everything that covers the address. */
  find(words: Int32Array, found: (id: number) => void): void {
    for (let index = 0; index < this.#lengths.length; index++) {
      const length = this.#lengths[index] ?? 0;
      const hash = this.#hashOf(words, length);
      if (this.#filter[hash & 0xffff] === 0) continue;
      for (const entry of this.#entries.get(hash) ?? []) {
        if (entry.length !== length || !entry.words.every((word, place) => word === this.#cut[place])) continue;
        for (const id of entry.ids) found(id);
      }
    }
  }

  /** Also leaves the first `length` bits in `#cut`. */
  #hashOf(words: Int32Array, length: number): number {
    let hash = length;
    for (let index = 0; index < this.#words; index++) {
      const bits = Math.max(0, Math.min(32, length - index * 32));
      const word = (words[index] ?? 0) & (bits === 0 ? 0 : -1 << (32 - bits));
      this.#cut[index] = word;
      hash = Math.imul(hash ^ word, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }
}
