import { type CST, Parser } from 'yaml';

type Token = CST.Token;
type Leaf = CST.SourceToken | CST.FlowScalar;

/** Raised where the layout cannot be told for sure: the text then stays as it is. */
export class Unclear extends Error {}

/**
 * The text with the same characters and other blanks: two columns for each level, lists indented below their key, one blank behind
 * `:` and `-`, `{ a: 1 }` and `[a, b]`, no blanks at line ends, at most one empty line, one line end at the end.
 * Scripts, texts and comments keep what is in them.
 */
export function print(text: string): string {
  const printer = new Printer();
  let documents = 0;
  for (const token of new Parser().parse(text)) {
    if (token.type === 'document' && ++documents > 1) throw new Unclear();
    printer.token(token, 0);
  }
  return printer.end();
}

class Printer {
  readonly #parts: string[] = [];
  /** Nothing is printed yet, but for a byte order mark. */
  #empty = true;
  /** Type of what was printed last on this line; undefined at its beginning. */
  #before: string | undefined;
  #space = '';
  #breaks = 0;
  /** The text ends with a block, whose line ends belong to it. */
  #block = false;

  end(): string {
    const text = this.#parts.join('');
    if (this.#block || this.#empty) return text;
    return `${text.replace(/[\r\n]+$/, '')}${text.includes('\r\n') ? '\r\n' : '\n'}`;
  }

  token(token: Token, indent: number): void {
    switch (token.type) {
      case 'document':
        for (const one of token.start) this.#leaf(one, 0);
        if (token.value) this.token(token.value, 0);
        for (const one of token.end ?? []) this.#leaf(one, 0);
        return;
      case 'block-map':
        for (const item of token.items) {
          if (item.explicitKey) throw new Unclear();
          for (const one of item.start) this.#leaf(one, indent);
          if (item.key) this.token(item.key, indent);
          for (const one of item.sep ?? []) this.#leaf(one, indent + 2);
          if (item.value) this.#value(item.value, indent, item.sep ?? []);
        }
        return;
      case 'block-seq':
        for (const { start, value } of token.items) {
          let inside = false;
          for (const one of start) {
            this.#leaf(one, inside ? indent + 2 : indent);
            inside ||= one.type === 'seq-item-ind';
          }
          if (value) this.token(value, indent + 2);
        }
        return;
      case 'flow-collection':
        this.#flow(token, indent);
        return;
      case 'block-scalar':
        this.#blockScalar(token, indent);
        return;
      case 'error':
      case 'directive':
      case 'doc-end':
        throw new Unclear();
      default:
        this.#leaf(token, indent);
    }
  }

  #value(value: Token, indent: number, sep: readonly CST.SourceToken[]): void {
    // What begins behind its key closes where the key begins.
    const sameLine = !sep.some(({ type }) => type === 'newline');
    this.token(value, value.type === 'flow-collection' && sameLine ? indent : indent + 2);
  }

  #flow({ start, items, end }: CST.FlowCollection, indent: number): void {
    this.#leaf(start, indent);
    for (const item of items) {
      for (const one of item.start) this.#leaf(one, indent + 2);
      if (item.key) this.token(item.key, indent + 2);
      for (const one of item.sep ?? []) this.#leaf(one, indent + 2);
      if (item.value) this.token(item.value, indent + 2);
    }
    for (const one of end) this.#leaf(one, /-end$/.test(one.type) ? indent : indent + 2);
  }

  #leaf(token: Leaf, indent: number): void {
    switch (token.type) {
      case 'space':
        this.#space = token.source;
        return;
      case 'newline':
        this.#newline(token.source);
        return;
      case 'explicit-key-ind':
      case 'flow-error-end':
      case 'directive-line':
      case 'doc-mode':
        throw new Unclear();
      case 'byte-order-mark':
        this.#parts.push(token.source);
        return;
      default:
        this.#put(this.#before === undefined ? ' '.repeat(indent) : this.#gap(token.type), token, indent);
    }
    if ('end' in token) for (const one of token.end ?? []) this.#leaf(one, indent);
  }

  #put(gap: string, { type, source }: Leaf, indent: number): void {
    const scalar = type === 'scalar' || type === 'single-quoted-scalar' || type === 'double-quoted-scalar';
    const text = scalar && source.includes('\n') ? continued(source, indent) : source;
    this.#parts.push(gap, text);
    this.#empty = false;
    this.#before = type;
    this.#space = '';
    this.#breaks = 0;
    this.#block = false;
  }

  #newline(source: string): void {
    this.#before = undefined;
    this.#space = '';
    // At the beginning, and behind one empty line, there is none.
    if (this.#empty || ++this.#breaks > 2) return;
    this.#parts.push(source);
  }

  /** Between the last token of the line and the next one. */
  #gap(type: string): string {
    const before = this.#before;
    if (type === 'comment') return this.#space === '' ? ' ' : this.#space;
    if (type === 'map-value-ind') return before === 'alias' || before === 'comma' ? ' ' : before === 'flow-map-start' ? ' ' : '';
    if (type === 'comma' || type === 'flow-seq-end' || before === 'flow-seq-start') return '';
    if (type === 'flow-map-end') return before === 'flow-map-start' ? '' : ' ';
    return ' ';
  }

  #blockScalar({ props, source, indent: parent }: CST.BlockScalar, indent: number): void {
    let header = '';
    for (const one of props) {
      if (one.type === 'block-scalar-header') header = one.source;
      this.token(one, indent);
    }
    const explicit = /[1-9]/.exec(header)?.[0];
    const lines = source.split('\n');
    const first = lines.find((line) => line.trim() !== '');
    const old = explicit === undefined ? (/^ */.exec(first ?? '')?.[0].length ?? 0) : Math.max(0, parent) + Number(explicit);
    const now = explicit === undefined ? indent : Math.max(0, indent - 2) + Number(explicit);
    const moved = lines.map((line) => {
      if (line.trim() === '')
        return line.trimEnd() === '' && line.replace(/\r$/, '').length <= old ? line.replace(/^ +/, '') : ' '.repeat(now) + line.slice(old);
      if (line.slice(0, old).trim() !== '') throw new Unclear();
      return ' '.repeat(now) + line.slice(old);
    });
    const text = moved.join('\n');
    this.#parts.push(header.includes('+') ? text : text.replace(/((?:\r?\n){2})(?:\r?\n)+$/, '$1'));
    this.#before = text.endsWith('\n') ? undefined : 'block-scalar';
    this.#breaks = /\n\r?\n$/.test(text) ? 2 : 1;
    this.#space = '';
    this.#block = true;
  }
}

/** The further lines of a plain or quoted text, whose blanks in front mean nothing. */
function continued(source: string, indent: number): string {
  const [first = '', ...rest] = source.split('\n');
  const end = (line: string) => line.replace(/[ \t]+(?=\r?$)/, '');
  return [
    end(first),
    ...rest.map((line) => (line.trim() === '' ? line.replace(/[ \t]+/, '') : ' '.repeat(indent) + line.trimStart())),
  ].join('\n');
}
