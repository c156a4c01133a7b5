import type { PlacedToken } from '../core/expression.ts';
import type { ExpressionSite } from '../expressions.ts';
import type { Range } from '../syntax/lines.ts';
import { holds } from './pointed.ts';

/** Operators that split an expression, the loosest first. */
const operators = [/^\|\|$/, /^&&$/, /^(?:==|!=|<=?|>=?)$/];

interface Tree {
  readonly range: Range;
  readonly lexeme: string;
  /** Between the brackets, of which `range` holds both. */
  readonly inner?: readonly Tree[];
}

/** Parts of an expression around an offset, outermost first: operands, calls, arguments, references, words. */
export function expandExpression(site: ExpressionSite, offset: number): Range[] {
  const found: Range[] = [];
  if (site.parsed.ok) narrow(treesOf(site, site.parsed.tokens), offset, found);
  return found;
}

function treesOf(site: ExpressionSite, tokens: readonly PlacedToken[]): readonly Tree[] {
  let at = 0;
  const read = (): Tree[] => {
    const trees: Tree[] = [];
    for (let one = tokens[at]; one && !/^[)\]]$/.test(one.token.lexeme); one = tokens[++at]) {
      const { lexeme } = one.token;
      const range = site.locate(one.start, one.end);
      if (lexeme === '') continue;
      if (lexeme !== '(' && lexeme !== '[') {
        trees.push({ range, lexeme });
        continue;
      }
      at++;
      const inner = read();
      const close = tokens[at];
      trees.push({ range: { start: range.start, end: close ? site.locate(close.start, close.end).end : range.end }, lexeme, inner });
    }
    return trees;
  };
  return read();
}

function narrow(trees: readonly Tree[], offset: number, found: Range[]): void {
  const range = spanOf(trees);
  if (!range || !holds(range, offset)) return;
  found.push(range);
  for (const operator of [/^,$/, ...operators]) {
    const parts = split(trees, operator);
    if (parts.length < 2) continue;
    const part = parts.find((one) => holds(spanOf(one) ?? { start: -1, end: -1 }, offset));
    if (part) {
      narrow(part, offset, found);
      return;
    }
    // On the operator itself.
    break;
  }
  if (trees[0]?.lexeme === '!' && trees.length > 1) {
    narrow(trees.slice(1), offset, found);
    return;
  }
  const within = trees.find((tree) => holds(tree.range, offset) && !/^[.!]$/.test(tree.lexeme));
  if (!within) return;
  found.push(within.range);
  if (within.inner) narrow(within.inner, offset, found);
  else if (within.lexeme.startsWith("'")) found.push({ start: within.range.start + 1, end: within.range.end - 1 });
}

function split(trees: readonly Tree[], operator: RegExp): Tree[][] {
  const parts: Tree[][] = [[]];
  for (const tree of trees) {
    if (operator.test(tree.lexeme)) parts.push([]);
    else parts.at(-1)?.push(tree);
  }
  return parts;
}

function spanOf(trees: readonly Tree[]): Range | undefined {
  const [first, last] = [trees[0], trees.at(-1)];
  return first && last && { start: first.range.start, end: last.range.end };
}
