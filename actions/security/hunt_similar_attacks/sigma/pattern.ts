/** What a value is compared with: each gets a text as it stands in the event. */
export type TextTest = (text: string) => boolean;

/** The longest value that is tried with an expression: matching takes time that grows with it. */
const longestForExpression = 8192;

export type Anchor = 'whole' | 'contains' | 'startswith' | 'endswith';

/** `*` and `?` stand for anything and for one character, unless a backslash is before them. Case does not count unless `cased`. */
export function wildcard(value: string, anchor: Anchor, cased: boolean): TextTest {
  const parts = partsOf(value);
  const literal = parts.every((part) => part !== many && part !== one) ? parts.join('') : undefined;
  if (literal !== undefined) {
    const wanted = cased ? literal : literal.toLowerCase();
    const test = plain[anchor];
    return cased ? (text) => test(text, wanted) : (text) => test(text.toLowerCase(), wanted);
  }
  const folded = cased ? parts : parts.map((part): Part => (typeof part === 'string' ? part.toLowerCase() : part));
  const start: Part[] = anchor === 'contains' || anchor === 'endswith' ? [many] : [];
  const end: Part[] = anchor === 'contains' || anchor === 'startswith' ? [many] : [];
  const all = [...start, ...folded, ...end];
  return (text) => glob(cased ? text : text.toLowerCase(), all);
}

/** The longest piece without wildcards that a fitting text holds; lower case. */
export function longestPiece(value: string): string {
  let longest = '';
  let piece = '';
  for (const part of [...partsOf(value), many]) {
    if (typeof part === 'string') piece += part;
    else {
      if (piece.length > longest.length) longest = piece;
      piece = '';
    }
  }
  return longest.toLowerCase();
}

const many = Symbol('*');
const one = Symbol('?');
type Part = string | typeof many | typeof one;

const plain: Readonly<Record<Anchor, (text: string, wanted: string) => boolean>> = {
  whole: (text, wanted) => text === wanted,
  contains: (text, wanted) => text.includes(wanted),
  startswith: (text, wanted) => text.startsWith(wanted),
  endswith: (text, wanted) => text.endsWith(wanted),
};

/** Characters and wildcards. A backslash before anything else is itself, as paths of Windows need. */
function partsOf(value: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < value.length; at++) {
    const char = value[at] ?? '';
    const next = value[at + 1] ?? '';
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      parts.push(next);
      at++;
    } else if (char === '*') {
      if (parts.at(-1) !== many) parts.push(many);
    } else parts.push(char === '?' ? one : char);
  }
  return parts;
}

/** With one place to come back to, so that it never takes more than text × pattern. */
function glob(text: string, parts: readonly Part[]): boolean {
  let [at, part, star, from] = [0, 0, -1, 0];
  while (at < text.length) {
    const wanted = parts[part];
    if (wanted === many) {
      star = part++;
      from = at;
    } else if (wanted === one || wanted === text[at]) {
      at++;
      part++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++from;
    } else return false;
  }
  while (parts[part] === many) part++;
  return part === parts.length;
}

/** Undefined for an expression that could take for ever. Throws what the engine of expressions says. */
export function expression(source: string, flags: string): TextTest | undefined {
  const inline = /^\(\?([ims]+)\)/.exec(source);
  const body = inline ? source.slice(inline[0].length) : source;
  if (repeatsRepetition(body)) return undefined;
  const compiled = new RegExp(body, [...new Set(`u${flags}${inline?.[1] ?? ''}`)].join(''));
  return (text) => compiled.test(text.length > longestForExpression ? text.slice(0, longestForExpression) : text);
}

/** A group that repeats and is itself repeated, such as `(a+)+`, or repeats one of several ways, such as `(a|b)*`: the usual ways to take for ever. */
function repeatsRepetition(source: string): boolean {
  const open: { repeats: boolean; ways: boolean }[] = [];
  const text = source.replace(/\\./gs, 'x').replace(/\[\^?\]?[^\]]*\]/g, 'x');
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    const endless = /^(?:[*+]|\{\d+,\d*\})/.exec(text.slice(at + 1))?.[0];
    if (char === '(') open.push({ repeats: false, ways: false });
    else if (char === '|') for (const group of open.slice(-1)) group.ways = true;
    else if (char === ')') {
      const group = open.pop();
      if (endless !== undefined && group && (group.repeats || group.ways)) return true;
      const outer = open.at(-1);
      if (outer && (endless !== undefined || group?.repeats)) outer.repeats = true;
    } else if (endless !== undefined) {
      const group = open.at(-1);
      if (group) group.repeats = true;
    }
  }
  return false;
}
