/** 0-based; `column` counts UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Offsets into the text in UTF-16 units, the end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where each line begins: offsets to positions and back. */
export class Lines {
  readonly starts: readonly number[];
  readonly length: number;

  constructor(text: string, starts: readonly number[] = begins(text, 0, text.length, [0])) {
    this.starts = starts;
    this.length = text.length;
  }

  /** Of the text that came of this one by replacing `start..end` with `inserted` characters. */
  edited(text: string, start: number, end: number, inserted: number): Lines {
    // Whether a line begins at an offset is told by the character in front of it and the one behind it.
    const kept = this.#index(start - 1) + 1;
    const starts = begins(text, Math.max(0, start - 1), start + inserted, kept === 0 ? [0] : this.starts.slice(0, kept));
    const shift = inserted - (end - start);
    for (let index = this.#index(end) + 1; index < this.starts.length; index++) starts.push((this.starts[index] ?? 0) + shift);
    return new Lines(text, starts);
  }

  /** The last line that begins at the offset or before; -1 in front of the text. */
  #index(offset: number): number {
    let low = -1;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.length));
    const line = this.#index(at);
    return { line, column: at - (this.starts[line] ?? 0) };
  }

  offset(position: Position): number {
    const start = this.starts[position.line];
    if (start === undefined) return position.line < 0 ? 0 : this.length;
    const next = this.starts[position.line + 1] ?? this.length;
    return Math.min(start + Math.max(0, position.column), next);
  }

  /** The line's own text range, its line end included. */
  range(line: number): Range {
    const start = this.starts[line] ?? this.length;
    return { start, end: this.starts[line + 1] ?? this.length };
  }
}

/** Adds where lines begin behind the characters `from..to`. */
function begins(text: string, from: number, to: number, starts: number[]): number[] {
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1);
  }
  return starts;
}
