import type { Document } from '../document.ts';
import type { Range } from '../syntax/lines.ts';
import type { Entry, Node } from '../syntax/tree.ts';

export interface Edit {
  readonly range: Range;
  readonly text: string;
}

export const insertAt = (offset: number, text: string): Edit => ({ range: { start: offset, end: offset }, text });

/** The line end that the file uses. */
export const lineBreak = ({ text }: Document): string => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n');

/** Blanks up to the column of an offset: what a new line of the same map begins with. */
export function indentAt(document: Document, offset: number): string {
  return ' '.repeat(document.lines.position(offset).column);
}

/** Adds `name: value` lines at the end of a map; undefined where the map is empty or not written here. */
export function appendTo(
  document: Document,
  map: Node,
  rows: readonly { readonly name: string; readonly value: string }[],
): Edit | undefined {
  if (map.kind !== 'map') return undefined;
  const last = map.entries.findLast((entry) => !entry.merged);
  if (!last) return undefined;
  if (map.flow)
    return insertAt(Math.max(last.key.range.end, last.value.range.end), rows.map(({ name, value }) => `, ${name}: ${value}`).join(''));
  const indent = indentAt(document, last.key.range.start);
  return insertAt(endOfEntry(document, last), rows.map(({ name, value }) => `${lineBreak(document)}${indent}${name}: ${value}`).join(''));
}

/** Where the last line with content of an entry ends: behind a comment, before the line break. */
export function endOfEntry({ text }: Document, { key, value }: Entry): number {
  const own = value.range.start >= key.range.start ? value.range.end : key.range.end;
  let end = Math.max(own, key.range.end);
  // Block nodes may reach over line ends that follow them.
  while (end > key.range.end && /[\s]/.test(text[end - 1] ?? '')) end--;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
  return end;
}
