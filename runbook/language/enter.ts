import type { Lines } from '../syntax/lines.ts';
import type { Edit } from './edit.ts';

/** The indentation of a line that has just been begun, from the line above it: a level deeper behind `key:`, `key: |` and an open bracket. */
export function enter(text: string, lines: Lines, line: number): Edit[] {
  const own = lines.range(line);
  const content = text.slice(own.start, own.end).replace(/[\r\n]+$/, '');
  if (content.trim() !== '' || line === 0) return [];
  const above = lineAt(text, lines, line - 1);
  const wanted = above.trim() === '' ? /^ */.exec(above)?.[0].length : indentAfter(above, inBlock(text, lines, line - 1));
  if (wanted === undefined || wanted === content.length) return [];
  return [{ range: { start: own.start, end: own.start + content.length }, text: ' '.repeat(wanted) }];
}

function indentAfter(above: string, inScript: boolean): number {
  const blanks = /^ */.exec(above)?.[0].length ?? 0;
  if (inScript) return blanks;
  const dashes = /^ *((?:- +)*)/.exec(above)?.[1]?.length ?? 0;
  const column = blanks + dashes;
  const rest = above
    .slice(column)
    .replace(/\s+#.*$/, '')
    .trimEnd();
  if (rest === '-') return column + 2;
  return /:$|:\s+[|>][-+0-9]*$|[[{]$/.test(rest) ? column + 2 : column;
}

/** Does the line belong to a block of text that began above it? */
function inBlock(text: string, lines: Lines, line: number): boolean {
  let indent = /^ */.exec(lineAt(text, lines, line))?.[0].length ?? 0;
  for (let at = line - 1; at >= 0 && line - at < 2_000; at--) {
    const content = lineAt(text, lines, at);
    const own = /^ */.exec(content)?.[0].length ?? 0;
    if (content.trim() === '' || own >= indent) continue;
    if (/:\s+[|>][-+0-9]*\s*(?:#.*)?$/.test(content)) return true;
    indent = own;
    if (own === 0) return false;
  }
  return false;
}

function lineAt(text: string, lines: Lines, line: number): string {
  const { start, end } = lines.range(line);
  return text.slice(start, end).replace(/[\r\n]+$/, '');
}
