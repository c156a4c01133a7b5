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

  constructor(text: string) {
    const starts = [0];
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1);
    }
    this.starts = starts;
    this.length = text.length;
  }

  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: at - (this.starts[low] ?? 0) };
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
