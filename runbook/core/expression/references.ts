import type { Expr } from '@actions/expressions';
import { Binary, ContextAccess, FunctionCall, Grouping, IndexAccess, Literal, Logical, Unary } from '@actions/expressions/ast';
import { TokenType } from '@actions/expressions/lexer';
import { isStatusFunction } from './functions.ts';
import { type ParsedExpression, parseExpression } from './parse.ts';

export interface Segment {
  readonly name: string;
  /** Of the bare name: the quotes of `['a']` are outside. */
  readonly start: number;
  readonly end: number;
}

export interface Reference {
  /** In lower case, such as `steps`. */
  readonly context: string;
  /** Names behind the context, up to the first that is computed: `steps['a'].outputs.b` gives `['a', 'outputs', 'b']`. */
  readonly path: readonly string[];
  readonly segments: readonly Segment[];
  /** UTF-16 offsets in the source, from the context's name to the end of the last segment (its bracket included). */
  readonly start: number;
  readonly end: number;
  /** True where more follows that only a run can tell: `[expr]` or `*`. */
  readonly dynamic: boolean;
}

/** Every context that the expression looks into; none if it cannot be parsed. */
export function references(source: string | ParsedExpression, contexts?: readonly string[]): Reference[] {
  const parsed = typeof source === 'string' ? parseExpression(source, contexts) : source;
  const found: Reference[] = [];
  if (parsed.ok) walk(parsed.expr, (expr) => referenceAt(expr, parsed, found));
  return found;
}

/** Does it call success(), failure(), cancelled() or always()? */
export function hasStatusFunction(parsed: ParsedExpression): boolean {
  let found = false;
  walk(parsed.expr, (expr) => {
    if (expr instanceof FunctionCall && isStatusFunction(expr.functionName.lexeme)) found = true;
    return false;
  });
  return found;
}

/** The name if the whole expression is `CONTEXT.NAME` or `CONTEXT['NAME']` and nothing else. */
export function soleReference(parsed: ParsedExpression, context: string): string | undefined {
  if (!(parsed.expr instanceof IndexAccess)) return undefined;
  const [only, ...others] = references(parsed);
  const alone = only !== undefined && others.length === 0 && only.context === context && only.path.length === 1 && !only.dynamic;
  return alone && parsed.expr.expr instanceof ContextAccess ? only.path[0] : undefined;
}

/** Records a chain that begins at a context, and what is referred to inside its computed indexes; true: its parts are done. */
function referenceAt(expr: Expr, parsed: ParsedExpression, found: Reference[]): boolean {
  const indexes: Expr[] = [];
  let base = expr;
  for (; base instanceof IndexAccess; base = base.expr) indexes.unshift(base.index);
  if (!(base instanceof ContextAccess)) return false;
  const name = parsed.place(base.name);
  const segments: Segment[] = [];
  let end = name.end;
  for (const index of indexes) {
    const segment = segmentOf(index, parsed);
    if (segment === undefined) break;
    segments.push(segment.segment);
    end = segment.end;
  }
  found.push({
    context: base.name.lexeme.toLowerCase(),
    path: segments.map((segment) => segment.name),
    segments,
    start: name.start,
    end,
    dynamic: segments.length < indexes.length,
  });
  for (const index of indexes) walk(index, (inner) => referenceAt(inner, parsed, found));
  return true;
}

function segmentOf(index: Expr, parsed: ParsedExpression): { segment: Segment; end: number } | undefined {
  if (!(index instanceof Literal)) return undefined;
  const { start, end } = parsed.place(index.token);
  const name = index.literal.coerceString();
  if (index.token.type === TokenType.IDENTIFIER) return { segment: { name, start, end }, end };
  const bracket = parsed.tokens.find((one) => one.start >= end)?.end ?? end;
  if (index.token.type === TokenType.STRING) return { segment: { name, start: start + 1, end: end - 1 }, end: bracket };
  return { segment: { name, start, end }, end: bracket };
}

/** Every part of an expression, itself first. */
export function walkExpression(expr: Expr): Expr[] {
  const found: Expr[] = [];
  walk(expr, (one) => {
    found.push(one);
    return false;
  });
  return found;
}

/** Depth first; `visit` answers true to leave out what is below. */
function walk(expr: Expr, visit: (expr: Expr) => boolean): void {
  if (visit(expr)) return;
  if (expr instanceof IndexAccess) {
    walk(expr.expr, visit);
    walk(expr.index, visit);
  } else if (expr instanceof FunctionCall || expr instanceof Logical) for (const arg of expr.args) walk(arg, visit);
  else if (expr instanceof Grouping) walk(expr.group, visit);
  else if (expr instanceof Unary) walk(expr.expr, visit);
  else if (expr instanceof Binary) {
    walk(expr.left, visit);
    walk(expr.right, visit);
  }
}
