import type { Range } from './lines.ts';
import { type ScalarNode, type Source, WrittenScalar } from './tree.ts';

const escapes: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Where each character of a scalar's value is written. Quotes, escapes, indentation and folding are what lies between;
 * a character that is not blank is found exactly, a blank somewhere in the blank space it came from.
 * It is worked out when first asked for, and stays right when the text in front of the scalar changes.
 */
export class ScalarMap {
  readonly #scalar: ScalarNode;
  readonly #source: Source;
  /** Of the scalar in its source. */
  readonly #range: Range;
  #starts: number[] | undefined;
  #ends: number[] = [];

  constructor(text: string, scalar: ScalarNode) {
    const written = scalar instanceof WrittenScalar;
    this.#scalar = scalar;
    this.#source = written ? scalar.at : { text, base: 0 };
    this.#range = written ? { start: scalar.from, end: scalar.to } : scalar.range;
  }

  #known(): number[] {
    if (this.#starts) return this.#starts;
    const starts: number[] = [];
    this.#starts = starts;
    const scalar = this.#scalar;
    const { text } = this.#source;
    const { end } = this.#range;
    const value = typeof scalar.value === 'string' ? scalar.value : scalar.source;
    let at = contentStart(text, scalar, this.#range);
    for (let index = 0; index < value.length; index++) {
      const wanted = value.charCodeAt(index);
      const blank = isBlank(wanted);
      let length = 1;
      if (scalar.style === 'double') {
        // A backslash before a line end only joins lines.
        while (text[at] === '\\' && (text[at + 1] === '\n' || text[at + 1] === '\r')) at = skipBlank(text, at + 1, end);
        if (!blank && text[at] !== '\\') at = skipBlank(text, at, end);
        while (text[at] === '\\' && (text[at + 1] === '\n' || text[at + 1] === '\r')) at = skipBlank(text, at + 1, end);
        if (text[at] === '\\') length = 2 + (escapes[text[at + 1] ?? ''] ?? 0);
      } else if (!blank) {
        at = skipBlank(text, at, end);
        if (scalar.style === 'single' && text[at] === "'") length = 2;
      }
      // Folding may have made one blank of many, or have dropped none: never run past the next character.
      const found = at < end && (!blank || isBlank(text.charCodeAt(at)) || length > 1);
      starts.push(Math.min(at, end));
      if (found) at += length;
      this.#ends.push(Math.min(at, end));
      // Beyond the basic plane one escape makes two units.
      if (length === 10 && wanted >= 0xd800 && wanted < 0xdc00 && index + 1 < value.length) {
        starts.push(at);
        this.#ends.push(at);
        index++;
      }
    }
    return starts;
  }

  /** From offsets in the value to offsets in the file. */
  range(start: number, end: number): Range {
    const from = this.offset(start);
    if (end <= start) return { start: from, end: from };
    return { start: from, end: Math.max(from, this.#source.base + (this.#ends[Math.min(end, this.#ends.length) - 1] ?? this.#range.end)) };
  }

  /** Where the character at an index of the value begins. */
  offset(index: number): number {
    const starts = this.#known();
    const { base } = this.#source;
    if (index >= starts.length) return base + (this.#ends.at(-1) ?? this.#range.end);
    return base + (starts[Math.max(0, index)] ?? this.#range.start);
  }

  /** The index in the value of an offset in the file: how many characters of the value end before it. */
  index(offset: number): number {
    this.#known();
    const within = offset - this.#source.base;
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] ?? 0) <= within) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What a scalar says, without its quotes or the indicator of its block. */
export function contentRange(text: string, scalar: ScalarNode): Range {
  if (scalar.style === 'plain') return scalar.range;
  const value = typeof scalar.value === 'string' ? scalar.value : scalar.source;
  return new ScalarMap(text, scalar).range(0, value.trimEnd().length);
}

function contentStart(text: string, scalar: ScalarNode, { start, end }: Range): number {
  if (scalar.style === 'single' || scalar.style === 'double') return start + 1;
  if (scalar.style === 'plain') return start;
  const line = text.indexOf('\n', start);
  return line < 0 || line > end ? end : line + 1;
}

const isBlank = (code: number) => code === 32 || code === 9 || code === 10 || code === 13;

function skipBlank(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return at;
}
