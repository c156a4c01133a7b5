// Where a text can be cut so that each piece, read by itself, says what it says in the whole.
//
// 1. A piece begins at a key in column 0, or at an item of a block list that is the whole value of such a key.
// 2. The reader of YAML ends every scalar and every bracket, closed or not, at a line that is indented less than they demand.
//    A line of (1) is indented less than anything in front of it, whatever was opened there: a boundary needs no look at the inside.
//    (But for a quote without any other of its kind behind it, which takes the whole rest: reading the piece shows that, see read.ts.)
// 3. Two things reach over a boundary, and there the text is not cut: a line of plain text at the boundary's own column or
//    before it, which goes on in the next line; and what the scanner does not know for sure (`undefined`: the text is one piece).
// 4. Where a scan finds the state that an earlier one had at the same place in front of the same text, both go on alike.

/** What stands in front of a line, as far as it matters for where the text is cut behind it. */
export interface State {
  /** No key yet; the value of a key; a key alone on its line, whose value may be a list; the items of that list. */
  readonly kind: 'start' | 'value' | 'key' | 'items';
  /** Of the items' dashes. */
  readonly column: number;
  /** Of a line of plain text that may go on in the next boundary; -1: there is none. */
  readonly loose: number;
}

export interface Cut {
  readonly start: number;
  /** An item of the list that is the value of the last key in front of it; else keys with their values. */
  readonly item: boolean;
  /** In front of the piece. */
  readonly state: State;
}

export const beginning: State = { kind: 'start', column: 0, loose: -1 };

export const sameState = (a: State, b: State) => a.kind === b.kind && a.column === b.column && a.loose === b.loose;

const key = /[A-Za-z0-9_][^\r\n:#]*:(?=[ \t\r\n]|$)/y;
const alone = /[ \t]*(?:#[^\n]*)?\r?(?=\n|$)/y;
const closing = /[}\]][}\], \t]*(?:#[^\n]*)?\r?(?=\n|$)/y;
const plain = /[A-Za-z0-9_-]/;

const space = 32;
const tab = 9;
const newline = 10;
const carriage = 13;
const hash = 35;
const dash = 45;

/**
 * The cuts of `text` from an earlier one on; `until` is asked at each and says whether the rest is known.
 * Undefined where the text, or what is behind `from`, is not plain enough to be cut.
 */
export function cutText(text: string, from: Cut, until: (cut: Cut) => boolean): Cut[] | undefined {
  const cuts: Cut[] = [];
  let { kind, column, loose } = from.state;
  let first = true;
  /** Where the comments begin that stand right in front of the line: those that may belong to a key, and those to an item. */
  let aboveKey = -1;
  let aboveItem = -1;

  /** @returns whether the rest is known. */
  const begin = (line: number, above: number, item: boolean): boolean => {
    const cut = { start: first ? from.start : above >= 0 ? above : line, item, state: { kind, column, loose } };
    first = false;
    if (until(cut)) return true;
    cuts.push(cut);
    return false;
  };

  let line = from.start;
  while (line < text.length) {
    const newlineAt = text.indexOf('\n', line);
    const next = newlineAt < 0 ? text.length : newlineAt + 1;
    let at = line;
    if (line === 0 && text.charCodeAt(0) === 0xfeff) at++;
    const margin = at;
    while (text.charCodeAt(at) === space) at++;
    const indent = at - margin;
    const code = text.charCodeAt(at);
    const edge = kind === 'items' ? column : 0;
    const blank = at >= next || code === newline || (code === carriage && at + 1 === newlineAt);
    if (code === tab && indent <= edge) return undefined;
    if (blank) {
      line = next;
      continue;
    }
    if (code === hash) {
      if (indent > 0) aboveKey = -1;
      else if (aboveKey < 0) aboveKey = line;
      if (indent > edge) aboveItem = -1;
      else if (aboveItem < 0) aboveItem = line;
      line = next;
      continue;
    }
    const item = code === dash && isEmpty(text.charCodeAt(at + 1));
    if (kind === 'key' && item) {
      kind = 'items';
      column = indent;
      loose = -1;
      if (begin(line, -1, true)) return cuts;
    } else if (kind === 'items' && item && indent === column) {
      if (loose >= 0 && loose <= indent) loose = -1;
      else if (begin(line, aboveItem, true)) return cuts;
      else loose = -1;
    } else if (indent > edge) {
      if (kind === 'start') return undefined;
      if (kind === 'key') kind = 'value';
    } else {
      closing.lastIndex = at;
      if (indent === edge && kind !== 'start' && closing.test(text)) {
        // The end of brackets may stand in the column of what they are the value of.
      } else if (indent === 0) {
        key.lastIndex = at;
        const found = key.test(text);
        const marker = next - at >= 3 && /^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(at, at + 4));
        if (marker && !(kind === 'start' && code === dash && loose < 0)) return undefined;
        if (!found && !marker && (item || !plain.test(text.charAt(at)))) return undefined;
        if (marker) {
          // Text on the line of the marker, or two markers.
          if (text.slice(at + 3, next).trim() !== '') return undefined;
          loose = 0;
        } else if (kind === 'start' || loose === 0) {
          if (kind === 'start' && !found && loose === 0) return undefined;
          if (kind === 'start' && begin(line, -1, false)) return cuts;
          loose = found ? -1 : 0;
        } else if (!found && isEmpty(text.charCodeAt(at + 1))) {
          // How far such a line goes on depends on the lines in front of it, for the reader of YAML.
          if (kind === 'items') return undefined;
          loose = 0;
        } else {
          if (begin(line, aboveKey, false)) return cuts;
          loose = found ? -1 : 0;
        }
        if (!marker) {
          alone.lastIndex = key.lastIndex;
          kind = found && alone.test(text) ? 'key' : 'value';
        }
      } else {
        if (item || !plain.test(text.charAt(at)) || kind === 'start') return undefined;
        loose = loose < 0 ? indent : Math.min(loose, indent);
      }
    }
    aboveKey = -1;
    aboveItem = -1;
    line = next;
  }
  return first ? undefined : cuts;
}

const isEmpty = (code: number) => code === space || code === tab || code === newline || code === carriage || Number.isNaN(code);
