import { Lines } from '../../runbook/syntax/lines.ts';
import type { TextEdit } from './proposal.ts';

/** A part of a text as a model quotes it, and what it should become. */
export interface Replacement {
  readonly old: string;
  readonly new: string;
}

export type Replaced =
  | { readonly kind: 'replaced'; readonly text: string; readonly edits: readonly TextEdit[] }
  /** In words for whoever wrote the replacements. */
  | { readonly kind: 'unclear'; readonly why: string };

/** Finds every quoted part, which must stand in the text exactly once; the rest of the text stays as it is, comments and layout included. */
export function replaceParts(text: string, replacements: readonly Replacement[]): Replaced {
  const windows = text.includes('\r\n');
  const own = (part: string) => (windows ? part.replaceAll(/\r?\n/g, '\r\n') : part);
  const found: { start: number; end: number; newText: string }[] = [];
  for (const [index, replacement] of replacements.entries()) {
    const part = own(replacement.old);
    const where = `edits[${index}].old`;
    if (part === '') return { kind: 'unclear', why: `${where} is empty: quote the line beside the place.` };
    const start = text.indexOf(part);
    if (start < 0) {
      const masked = part.includes('***') ? ' *** stands for a hidden secret: quote around it.' : '';
      return { kind: 'unclear', why: `${where} is not in the text, whitespace included.${masked}` };
    }
    if (text.indexOf(part, start + 1) >= 0)
      return { kind: 'unclear', why: `${where} stands in the text more than once: quote more of what is around it.` };
    found.push({ start, end: start + part.length, newText: own(replacement.new) });
  }
  found.sort((a, b) => a.start - b.start);
  if (found.some(({ start }, index) => start < (found[index - 1]?.end ?? 0)))
    return { kind: 'unclear', why: 'Two edits change the same part of the text.' };
  const lines = new Lines(text);
  const place = (offset: number) => {
    const { line, column } = lines.position(offset);
    return { line, character: column };
  };
  let after = '';
  let at = 0;
  for (const { start, end, newText } of found) {
    after += text.slice(at, start) + newText;
    at = end;
  }
  return {
    kind: 'replaced',
    text: after + text.slice(at),
    edits: found.map(({ start, end, newText }) => ({ range: { start: place(start), end: place(end) }, newText })),
  };
}
