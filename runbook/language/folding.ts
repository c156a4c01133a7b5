import type { Analysis } from '../analyse.ts';
import type { Range } from '../syntax/lines.ts';
import { type Entry, entryRange, type Node } from '../syntax/tree.ts';

/** Lines from 0 on; the first stays visible. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  readonly kind?: 'comment' | 'region';
}

/** What can be folded away: sections, steps and their maps, blocks of text, comments and `# region` … `# endregion`. */
export function folds({ document: { root, text, lines } }: Analysis): Fold[] {
  const found = new Map<number, Fold>();
  const spoken = new Set<number>();
  const seen = new Set<Node>();
  const line = (offset: number) => lines.position(offset).line;

  /** Of two that begin on one line the longer is meant. */
  const add = (start: number, end: number, kind?: Fold['kind']) => {
    const known = found.get(start);
    if (end > start && (!known || known.end < end)) found.set(start, { start, end, kind });
  };
  const lastLine = (node: Node, { start, end }: Range) => {
    let last = end;
    while (last > start && /\s/.test(text[last - 1] ?? '')) last--;
    // A closing bracket on a line of its own stays visible.
    const alone = node.kind !== 'scalar' && node.flow && /^\s*$/.test(text.slice(lines.range(line(last)).start, last - 1));
    return line(last) - (alone ? 1 : 0);
  };
  const walk = (node: Node): void => {
    // What an alias repeats is folded where it is written.
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'scalar') {
      for (let at = line(node.range.start) + 1; at <= line(node.range.end - 1); at++) spoken.add(at);
    } else if (node.kind === 'list') {
      for (const item of node.items) {
        walk(item);
        add(line(item.range.start), lastLine(item, item.range));
      }
    } else {
      for (const entry of node.entries) foldEntry(entry);
    }
  };
  const foldEntry = (entry: Entry): void => {
    if (entry.merged) return;
    walk(entry.key);
    walk(entry.value);
    add(line(entry.key.range.start), lastLine(entry.value, entryRange(entry)));
  };
  if (root) walk(root);
  for (const fold of comments(text, lines.starts, spoken)) add(fold.start, fold.end, fold.kind);
  return [...found.values()].sort((a, b) => a.start - b.start);
}

/** `spoken`: lines that belong to a text, where `#` begins no comment. */
function comments(text: string, starts: readonly number[], spoken: ReadonlySet<number>): Fold[] {
  const folds: Fold[] = [];
  const regions: number[] = [];
  let first: number | undefined;
  const close = (before: number) => {
    if (first !== undefined && before - 1 > first) folds.push({ start: first, end: before - 1, kind: 'comment' });
    first = undefined;
  };
  for (const [index, start] of starts.entries()) {
    const content = text.slice(start, starts[index + 1] ?? text.length).trimStart();
    const comment = content.startsWith('#') && !spoken.has(index);
    const mark = comment ? /^#\s*(end)?region\b/.exec(content) : undefined;
    if (!comment || mark) close(index);
    else first ??= index;
    if (mark && !mark[1]) regions.push(index);
    else if (mark) {
      const from = regions.pop();
      if (from !== undefined) folds.push({ start: from, end: index, kind: 'region' });
    }
  }
  close(starts.length);
  return folds;
}
