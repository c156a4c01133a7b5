import type { Lines } from '../syntax/lines.ts';

/** The lines of a file that say where its cursor is: the others are left out, those kept stay whole. */
export interface Slice {
  readonly text: string;
  /** Where in it the cursor's line begins. */
  readonly line: number;
}

/**
 * Cuts the file down to the cursor's section and, in every list around the cursor, to the item that it is in,
 * so that reading the place of the cursor costs the size of a step and not of the file. By indentation alone: works in broken files.
 */
export function slice(text: string, lines: Lines, offset: number): Slice {
  const at = lines.position(offset);
  const look = new Looks(text, lines);
  const indent = look.indent(at.line);
  const column = indent ?? at.column;
  if (look.flow()) return { text, line: lines.range(at.line).start };
  if (column === 0 && !look.dash(at.line)) return topLevel(look, at.line);
  const ancestors: number[] = [];
  const kept: number[] = [];
  /** Beside the item of an ancestor stand its siblings: they are passed over up to the key that holds the list. */
  let passing: number | undefined;
  let bound = look.dash(at.line) ? column + 1 : column;
  for (let line = at.line; line >= 0; line--) {
    const own = look.indent(line);
    // Most lines of a long file are passed over here.
    if (passing !== undefined && (own === undefined || own > passing)) continue;
    const dash = own !== undefined && look.dash(line, own);
    if (passing !== undefined && own === passing && dash) continue;
    passing = undefined;
    kept.push(line);
    if (own === undefined) continue;
    if (own === 0 && look.section(line)) break;
    if (own >= bound) continue;
    bound = own;
    if (!dash) continue;
    ancestors.push(own);
    passing = own;
  }
  kept.reverse();
  const before = kept.length - 1;
  below(look, at.line + 1, ancestors, column, kept);
  return join(look, kept, before);
}

function below(look: Looks, from: number, ancestors: readonly number[], column: number, kept: number[]): void {
  let level = 0;
  let passing = false;
  for (let line = from; line < look.count; line++) {
    const own = look.indent(line);
    if (own === undefined) {
      if (!passing) kept.push(line);
      continue;
    }
    if (own === 0 && look.section(line)) return;
    while (level < ancestors.length && (own < (ancestors[level] ?? 0) || (own === ancestors[level] && !look.dash(line, own)))) {
      level++;
      passing = false;
    }
    const item = ancestors[level];
    if (item === undefined && column > 0 && ancestors.length > 0 && own === 0) return;
    if (item !== undefined && own === item) passing = true;
    if (!passing) kept.push(line);
  }
}

/** The keys at the top, without what is under them; under the cursor's own key all of it, should it not be too much. */
function topLevel(look: Looks, cursor: number): Slice {
  const kept: number[] = [];
  let before = 0;
  for (let line = 0; line < look.count; line++) {
    if (line === cursor) before = kept.length;
    // Closing brackets go with those that open.
    if (line === cursor || (look.indent(line) === 0 && !look.dash(line, 0))) kept.push(line);
    else if (line > cursor && line < cursor + 200 && kept.at(-1) === line - 1 && kept.includes(cursor)) kept.push(line);
  }
  return join(look, kept, before);
}

function join(look: Looks, kept: readonly number[], before: number): Slice {
  let text = '';
  let start = 0;
  for (const [index, line] of kept.entries()) {
    if (index === before) start = text.length;
    text += look.text(line);
  }
  return { text, line: start };
}

class Looks {
  readonly #text: string;
  readonly #lines: Lines;
  readonly count: number;

  constructor(text: string, lines: Lines) {
    this.#text = text;
    this.#lines = lines;
    this.count = lines.starts.length;
  }

  text(line: number): string {
    const { start, end } = this.#lines.range(line);
    return this.#text.slice(start, end);
  }

  /** Blanks in front; undefined for a line without content and for a comment. */
  indent(line: number): number | undefined {
    const start = this.#lines.starts[line] ?? this.#text.length;
    let at = start;
    while (this.#text.charCodeAt(at) === 32) at++;
    const code = this.#text.charCodeAt(at);
    return Number.isNaN(code) || code === 10 || code === 13 || code === 35 ? undefined : at - start;
  }

  /** An item of a list begins. `indent`: of the line. */
  dash(line: number, indent = this.indent(line) ?? 0): boolean {
    const at = (this.#lines.starts[line] ?? 0) + indent;
    if (this.#text.charCodeAt(at) !== 45) return false;
    const next = this.#text.charCodeAt(at + 1);
    return next === 32 || next === 10 || next === 13 || Number.isNaN(next);
  }

  /** The whole file is one flow collection: its lines say nothing about its structure. */
  flow(): boolean {
    for (let line = 0; line < this.count; line++) {
      if (this.indent(line) !== undefined && !/^(?:---|%)/.test(this.text(line))) return /^\s*[[{]/.test(this.text(line));
    }
    return false;
  }

  /** A key at the top, and not the rest of a flow collection or a list that is not indented. */
  section(line: number): boolean {
    const first = this.#text.charAt(this.#lines.starts[line] ?? 0);
    return /[^\s\-#[\]{},]/.test(first);
  }
}
