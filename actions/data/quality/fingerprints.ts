/**
 * Which rows were there before, by 64 bits of each row's content in one table without pointers: at most 32 bytes a row. Two different
 * rows count as one with a chance of about one in a million at five million rows; the seed differs each time, so that nobody can aim for it.
 */
export class Fingerprints {
  readonly #slots: Uint32Array;
  readonly #mask: number;
  readonly #seed: number;

  /** `rows`: no more than these are added. All room is taken at once: to grow would make everybody in the process wait. */
  constructor(rows: number, seed: number) {
    const places = 2 ** Math.ceil(Math.log2(Math.max(16, rows * 1.5)));
    this.#slots = new Uint32Array(places * 2);
    this.#mask = places - 1;
    this.#seed = seed;
  }

  /** False where it was there already. */
  add(text: string): boolean {
    let a = 0xdeadbeef ^ this.#seed;
    let b = 0x41c6ce57 ^ this.#seed;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      a = Math.imul(a ^ unit, 2654435761);
      b = Math.imul(b ^ unit, 1597334677);
    }
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return this.#put(a >>> 0 || 1, b >>> 0);
  }

  /** An empty place has zero first. */
  #put(a: number, b: number): boolean {
    for (let at = a & this.#mask; ; at = (at + 1) & this.#mask) {
      const first = this.#slots[2 * at];
      if (first === 0) {
        this.#slots[2 * at] = a;
        this.#slots[2 * at + 1] = b;
        return true;
      }
      if (first === a && this.#slots[2 * at + 1] === b) return false;
    }
  }
}
