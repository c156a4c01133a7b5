import type { Edit } from '../edit.ts';

const isBlank = (code: number) => code === 32 || code === 9 || code === 10 || code === 13;

/** What turns one text into another that differs in blanks alone; undefined where more differs. */
export function blankEdits(before: string, after: string): Edit[] | undefined {
  const edits: Edit[] = [];
  let at = 0;
  let to = 0;
  while (at < before.length || to < after.length) {
    const start = at;
    const from = to;
    while (at < before.length && isBlank(before.charCodeAt(at))) at++;
    while (to < after.length && isBlank(after.charCodeAt(to))) to++;
    if (at > start || to > from) {
      const [old, text] = [before.slice(start, at), after.slice(from, to)];
      if (old !== text) edits.push(shortest(old, text, start));
    }
    if (before[at] !== after[to]) return undefined;
    if (at >= before.length) break;
    at++;
    to++;
  }
  return edits;
}

/** Without the line ends and blanks that both have in front and behind: carets stay where they are. */
function shortest(before: string, after: string, offset: number): Edit {
  let front = 0;
  while (front < before.length && front < after.length && before[front] === after[front]) front++;
  let back = 0;
  while (back < before.length - front && back < after.length - front && before.at(-1 - back) === after.at(-1 - back)) back++;
  return { range: { start: offset + front, end: offset + before.length - back }, text: after.slice(front, after.length - back) };
}
