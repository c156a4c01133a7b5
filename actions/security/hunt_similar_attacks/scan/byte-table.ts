import { fold, hashNext, hashSeed } from './bytes.ts';

/** Texts of ASCII, found by their bytes in any case: open addressing over one flat block, so that looking costs no allocation. */
export class ByteTable {
  readonly #slots: Int32Array;
  readonly #hashes: Int32Array;
  readonly #starts: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #mask: number;

  constructor(texts: readonly string[]) {
    let size = 16;
    while (size < texts.length * 4) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Int32Array(size).fill(-1);
    this.#hashes = new Int32Array(texts.length);
    this.#starts = new Int32Array(texts.length + 1);
    this.#bytes = Buffer.from(texts.join(''), 'latin1').map(fold);
    let at = 0;
    for (const [index, text] of texts.entries()) {
      this.#starts[index] = at;
      at += text.length;
      this.#starts[index + 1] = at;
      let hash = hashSeed;
      for (let place = at - 1; place >= at - text.length; place--) hash = hashNext(hash, this.#bytes[place] ?? 0);
      this.#hashes[index] = hash;
      let slot = hash & this.#mask;
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = index;
    }
  }

  /** The number of the text that the bytes are, -1 when none is. `hash` from the last byte to the first. */
  find(hash: number, buffer: Uint8Array, start: number, end: number): number {
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const index = this.#slots[slot] ?? -1;
      if (index < 0) return -1;
      if (this.#hashes[index] === hash && this.#is(index, buffer, start, end)) return index;
    }
  }

  #is(index: number, buffer: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[index] ?? 0;
    if ((this.#starts[index + 1] ?? 0) - from !== end - start) return false;
    for (let place = start, own = from; place < end; place++, own++) if (fold(buffer[place] ?? 0) !== this.#bytes[own]) return false;
    return true;
  }
}
