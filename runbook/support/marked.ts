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
