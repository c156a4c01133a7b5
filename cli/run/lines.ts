/** A line without an end is shown in pieces of this many characters rather than kept for ever. */
const longest = 16_384;

/** Cuts text that comes in pieces into whole lines; `rest` gives what is left at the end. */
export class LineBuffer {
  #held = '';

  push(text: string): string[] {
    const lines = (this.#held + text).split('\n');
    this.#held = lines.pop() ?? '';
    while (this.#held.length > longest) {
      lines.push(this.#held.slice(0, longest));
      this.#held = this.#held.slice(longest);
    }
    return lines;
  }

  rest(): string[] {
    const held = this.#held;
    this.#held = '';
    return held === '' ? [] : [held];
  }
}
