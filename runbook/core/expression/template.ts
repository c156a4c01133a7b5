/** Offsets are UTF-16 units in the text given. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'expression';
      /** Between the braces, blanks included. */
      readonly source: string;
      readonly sourceStart: number;
      readonly sourceEnd: number;
      /** Of `${{`, and behind `}}`. */
      readonly start: number;
      readonly end: number;
      /** False where `}}` is missing: `source` is then the rest of the line. */
      readonly closed: boolean;
    };

export interface TemplateProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface Template {
  readonly parts: readonly TemplatePart[];
  readonly problems: readonly TemplateProblem[];
}

/** Splits a text at its `${{ }}`. Never fails: an unclosed one is a part and a problem. */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = [];
  const problems: TemplateProblem[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('${{', at);
    const textEnd = open < 0 ? text.length : open;
    if (textEnd > at) parts.push({ kind: 'text', text: text.slice(at, textEnd), start: at, end: textEnd });
    if (open < 0) break;
    const sourceStart = open + 3;
    const close = closing(text, sourceStart);
    const sourceEnd = close < 0 ? lineEnd(text, sourceStart) : close;
    const end = close < 0 ? sourceEnd : close + 2;
    parts.push({
      kind: 'expression',
      source: text.slice(sourceStart, sourceEnd),
      sourceStart,
      sourceEnd,
      start: open,
      end,
      closed: close >= 0,
    });
    if (close < 0) problems.push({ message: 'This `${{` is not closed by `}}`.', start: open, end });
    at = end;
  }
  return { parts, problems };
}

/** Does the text hold an expression at all? Cheap. */
export const hasExpression = (text: string): boolean => text.includes('${{');

/** `}}` inside a quoted text does not close; where quotes do not pair up before the next `${{`, the first `}}` does. */
function closing(text: string, from: number): number {
  const first = text.indexOf('}}', from);
  if (first < 0) return -1;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted;
    else if (!quoted && text.startsWith('}}', at)) return at;
    else if (!quoted && text.startsWith('${{', at)) return first < at ? first : -1;
  }
  return first;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
