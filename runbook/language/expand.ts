import type { Analysis } from '../analyse.ts';
import type { Range } from '../syntax/lines.ts';
import { contentRange } from '../syntax/scalar.ts';
import { entryRange, type Node } from '../syntax/tree.ts';
import { expandExpression } from './expand-expression.ts';
import { holds } from './pointed.ts';

/** What a selection at an offset grows to, step by step: from the innermost to the whole file, each inside the next. */
export function expand({ document: { root, text }, expressionsAt }: Analysis, offset: number): Range[] {
  const found: Range[] = [{ start: 0, end: text.length }];
  let node: Node | undefined = root;
  while (node) {
    found.push(node.range);
    node = below(node, offset, found);
    if (node?.kind !== 'scalar') continue;
    found.push(node.range, contentRange(text, node));
    break;
  }
  const site = expressionsAt(offset).find((one) => holds(one.range, offset));
  if (site) found.push(site.range, ...expandExpression(site, offset));
  return nested(
    found.map((range, index) => (index === 0 ? range : trimmed(text, range))),
    offset,
  );
}

/** A block of text reaches over the line ends that follow it, the collections around it do not. */
function trimmed(text: string, { start, end }: Range): Range {
  let last = end;
  while (last > start && /\s/.test(text[last - 1] ?? '')) last--;
  return { start, end: last };
}

/** The child that the offset is in; ranges on the way are recorded. */
function below(node: Node, offset: number, found: Range[]): Node | undefined {
  if (node.kind === 'list') return node.items.find((item) => holds(item.range, offset));
  if (node.kind === 'scalar') return undefined;
  for (const entry of node.entries) {
    // What an alias repeats is expanded where it is written.
    if (entry.merged || !holds(entryRange(entry), offset)) continue;
    const child = [entry.key, entry.value].find(({ range }) => holds(range, offset));
    found.push(entryRange(entry));
    return child;
  }
  return undefined;
}

/** Innermost first. Each must lie within the one before and be another: a broken file has ranges that cross. */
function nested(ranges: readonly Range[], offset: number): Range[] {
  const result: Range[] = [];
  for (const { start, end } of ranges) {
    const outer = result[0];
    const inside = !outer || (outer.start <= start && end <= outer.end && end - start < outer.end - outer.start);
    if (inside && holds({ start, end }, offset)) result.unshift({ start, end });
  }
  return result;
}
