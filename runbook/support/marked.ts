import type { Range } from '../syntax/lines.ts';

/** Takes `<<…>>` out of a text and says where it was. For tests and for the examples of rules. */
export function marked(source: string): { readonly text: string; readonly ranges: readonly Range[] } {
  const ranges: Range[] = [];
  let text = '';
  let at = 0;
  for (const match of source.matchAll(/<<(?!:)([\s\S]*?)>>(?!>)/g)) {
    text += source.slice(at, match.index);
    ranges.push({ start: text.length, end: text.length + (match[1] ?? '').length });
    text += match[1] ?? '';
    at = match.index + match[0].length;
  }
  return { text: text + source.slice(at), ranges };
}

/** Takes the cursor `‸` out of a text: `|` is YAML. */
export function atCursor(source: string): { readonly text: string; readonly offset: number } {
  const offset = source.indexOf('‸');
  if (offset < 0) throw new Error('no cursor in the text');
  return { text: source.slice(0, offset) + source.slice(offset + 1), offset };
}

/** The text with edits made, in any order. */
export function withEdits(text: string, edits: readonly { readonly range: Range; readonly text: string }[]): string {
  return [...edits]
    .sort((a, b) => b.range.start - a.range.start)
    .reduce((result, { range, text: by }) => result.slice(0, range.start) + by + result.slice(range.end), text);
}
