/**
 * Rows of CSV out of text that comes in pieces. Why not a library: after a broken quote those we know go on inside it and swallow
 * sound rows; this one takes the line it stands in as broken and begins anew with the next.
 * 1. Between two pushes `#text` holds nothing but what may still become a row, and `#line` is the number of its first line.
 * 2. Every row that ends in what came so far was given to the sink, once, in order.
 * 3. No character is lost: each is in a row, sound or broken, or in an empty line.
 */
export interface CsvForm {
  readonly delimiter: string;
  /** Empty: no character quotes. */
  readonly quote: string;
  /** Where rows end; a `\r` before `\n` does not belong to the row. */
  readonly end: '\n' | '\r';
}

export interface CsvSink {
  /** `line` is the number of the row's first line, from 1. */
  row(cells: string[], line: number): void;
  /** A line that is no row, split at its delimiters as it stands. */
  broken(cells: string[], line: number, why: string): void;
}

/** Characters of a row, if a quote opens in it: behind that it counts as not closed. Halved with each that is not, down to the least. */
const longestQuoted = 1024 * 1024;
const leastQuoted = 4096;
/** Characters of a line. What is longer is no table. */
const longestLine = 4 * 1024 * 1024;

export class LineTooLong extends Error {}

type Found = { readonly cells: string[]; readonly next: number } | { readonly why: string } | 'more';

export class CsvParser {
  readonly #form: CsvForm;
  readonly #sink: CsvSink;
  #text = '';
  #line = 1;
  #patience = longestQuoted;

  constructor(form: CsvForm, sink: CsvSink) {
    this.#form = form;
    this.#sink = sink;
  }

  push(text: string): void {
    this.#take(this.#text + text, false);
  }

  finish(): void {
    this.#take(this.#text, true);
  }

  /** The line that is read next. */
  get line(): number {
    return this.#line;
  }

  #take(text: string, last: boolean): void {
    const { end, quote, delimiter } = this.#form;
    let at = 0;
    let quoteAt = quote === '' ? -1 : text.indexOf(quote);
    while (at < text.length) {
      const found = text.indexOf(end, at);
      if (found < 0 && !last) break;
      const lineEnd = found < 0 ? text.length : found;
      if (quoteAt >= 0 && quoteAt < at) quoteAt = text.indexOf(quote, at);
      if (quoteAt < 0 || quoteAt >= lineEnd) {
        const line = lineText(text, at, lineEnd);
        if (line !== '') this.#sink.row(line.split(delimiter), this.#line);
        this.#line++;
        at = lineEnd + 1;
        continue;
      }
      const row = this.#quotedRow(text, at, last);
      if (row === 'more') break;
      if ('why' in row) {
        this.#sink.broken(lineText(text, at, lineEnd).split(delimiter), this.#line, row.why);
        this.#line++;
        at = lineEnd + 1;
      } else {
        this.#sink.row(row.cells, this.#line);
        this.#line += linesIn(text, at, row.next, end);
        at = row.next;
      }
    }
    this.#text = text.slice(Math.min(at, text.length));
    if (this.#text.length > longestLine) throw new LineTooLong();
  }

  /** A row with a quote somewhere. `more`: it may end in what has not come yet. */
  #quotedRow(text: string, start: number, last: boolean): Found {
    const { end, quote, delimiter } = this.#form;
    const cells: string[] = [];
    for (let at = start; ; ) {
      if (!text.startsWith(quote, at)) {
        // A quote inside a cell that does not begin with one is a letter like any other.
        const stop = text.indexOf(delimiter, at);
        const lineEnd = text.indexOf(end, at);
        if (stop >= 0 && (lineEnd < 0 || stop < lineEnd)) {
          cells.push(text.slice(at, stop));
          at = stop + delimiter.length;
          continue;
        }
        if (lineEnd < 0 && !last) return 'more';
        const until = lineEnd < 0 ? text.length : lineEnd;
        cells.push(lineText(text, at, until));
        return { cells, next: until + 1 };
      }
      const close = this.#closing(text, at + 1, start);
      if (close < 0) {
        if (!last && text.length - start <= this.#patience) return 'more';
        this.#patience = Math.max(leastQuoted, this.#patience / 2);
        return { why: 'a quote is opened and not closed' };
      }
      const cell = text.slice(at + 1, close);
      cells.push(cell.includes(quote) ? cell.replaceAll(quote + quote, quote) : cell);
      at = close + 1;
      // Whether another quote follows, or a line end of two characters, the next piece tells.
      if (at + Math.max(delimiter.length, 2) > text.length && !last) return 'more';
      if (text.startsWith(delimiter, at)) at += delimiter.length;
      else if (at >= text.length || text.startsWith(end, at)) return { cells, next: at + 1 };
      else if (end === '\n' && text.startsWith('\r\n', at)) return { cells, next: at + 2 };
      else return { why: 'a quote is closed in the middle of a cell' };
    }
  }

  /** Where the quote that was opened before `from` is closed; -1 where it is not, as far as the row may reach. */
  #closing(text: string, from: number, start: number): number {
    const { quote } = this.#form;
    for (let at = from; ; at += 2) {
      at = text.indexOf(quote, at);
      if (at < 0 || at - start > this.#patience) return -1;
      if (!text.startsWith(quote, at + 1)) return at;
    }
  }
}

function lineText(text: string, from: number, to: number): string {
  return text.slice(from, to > from && text.charCodeAt(to - 1) === 13 ? to - 1 : to);
}

function linesIn(text: string, from: number, to: number, end: string): number {
  let lines = 0;
  for (let at = text.indexOf(end, from); at >= 0 && at < to; at = text.indexOf(end, at + 1)) lines++;
  return Math.max(1, lines);
}
