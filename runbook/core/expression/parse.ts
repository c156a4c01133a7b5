import { type Expr, ExpressionError, Lexer, Parser } from '@actions/expressions';
import { type Token, TokenType } from '@actions/expressions/lexer';
import { functionInfos, isFunction } from './functions.ts';

/** All contexts of the language, except what a loop calls its item (`as`); what may be used where is narrower. */
export const contextNames = ['inputs', 'steps', 'env', 'secrets', 'run', 'target', 'item', 'attempt', 'error', 'result', 'alert'] as const;
export type ContextName = (typeof contextNames)[number];

export interface PlacedToken {
  readonly token: Token;
  /** UTF-16 offsets in the source. */
  readonly start: number;
  readonly end: number;
}

export interface ParsedExpression {
  readonly ok: true;
  readonly source: string;
  readonly expr: Expr;
  readonly tokens: readonly PlacedToken[];
  place(token: Token): PlacedToken;
}

export interface ExpressionProblem {
  readonly ok: false;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Parses an expression without its braces. `contexts`: the names allowed here, in lower case; without it every name is. */
export function parseExpression(source: string, contexts?: readonly string[]): ParsedExpression | ExpressionProblem {
  if (source.trim() === '') return failure('The expression is empty.', 0, source.length);
  const placed = lex(source);
  if ('ok' in placed) return placed;
  const place = placesOf(placed);
  const unknown = unknownName(placed, contexts);
  if (unknown !== undefined) return unknown;
  const names = contexts ?? placed.flatMap(({ token }) => (token.type === TokenType.IDENTIFIER ? [token.lexeme.toLowerCase()] : []));
  try {
    const expr = new Parser(
      placed.map(({ token }) => token),
      [...names],
      functionInfos,
    ).parse();
    return { ok: true, source, expr, tokens: placed, place };
  } catch (error) {
    return parserFailure(error, placed);
  }
}

/** An `if`: bare, or with `${{ }}` around the whole. The offset is where the expression itself begins in `text`. */
export function bareExpression(text: string): { readonly source: string; readonly offset: number } {
  const around = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text);
  const inner = around?.[1];
  if (inner === undefined || inner.includes('${{')) return { source: text, offset: 0 };
  return { source: inner, offset: text.indexOf('${{') + 3 };
}

function lex(source: string): PlacedToken[] | ExpressionProblem {
  let tokens: Token[];
  try {
    tokens = new Lexer(source).lex().tokens;
  } catch (error) {
    return lexerFailure(error, source);
  }
  let at = 0;
  // The lexer's own positions are line based and wrong behind a text with a line break; between tokens there is only blank space.
  return tokens.map((token) => {
    while (at < source.length && /\s/.test(source.charAt(at)) && token.lexeme !== '') at++;
    const start = token.lexeme === '' ? source.length : at;
    at = start + token.lexeme.length;
    // The lexer undoubles only the first quote.
    if (token.type === TokenType.STRING) token.value = token.lexeme.slice(1, -1).replaceAll("''", "'");
    return { token, start, end: at };
  });
}

/** Asked before the parser, whose table of functions also answers to names that every object has. */
function unknownName(tokens: readonly PlacedToken[], contexts: readonly string[] | undefined): ExpressionProblem | undefined {
  for (const [index, { token, start, end }] of tokens.entries()) {
    if (token.type !== TokenType.IDENTIFIER || tokens[index - 1]?.token.type === TokenType.DOT) continue;
    const called = tokens[index + 1]?.token.type === TokenType.LEFT_PAREN;
    if (called && !isFunction(token.lexeme)) return failure(`There is no function ${token.lexeme}.`, start, end);
    if (!called && contexts && !contexts.includes(token.lexeme.toLowerCase())) {
      const known = contexts.length > 0 ? `Known are: ${contexts.join(', ')}.` : 'Nothing can be referred to here.';
      return failure(`There is no ${token.lexeme} here. ${known}`, start, end);
    }
  }
  return undefined;
}

function placesOf(placed: readonly PlacedToken[]): (token: Token) => PlacedToken {
  const places = new Map(placed.map((one) => [one.token, one]));
  return (token) => places.get(token) ?? { token, start: 0, end: 0 };
}

function parserFailure(error: unknown, placed: readonly PlacedToken[]): ExpressionProblem {
  if (!(error instanceof ExpressionError)) return failure(sentence(error), 0, placed.at(-1)?.end ?? 0);
  const at = placed.find(({ token }) => token.range.start === error.pos);
  return failure(`${error.message}.`, at?.start ?? 0, at?.end ?? placed.at(-1)?.end ?? 0);
}

function lexerFailure(error: unknown, source: string): ExpressionProblem {
  const found = /^Unexpected symbol: '(.*?)'\. Located at position (\d+) within expression: /s.exec(
    error instanceof Error ? error.message : '',
  );
  if (found === null) {
    const tooLong = error instanceof Error && error.message === 'ErrorExceededMaxLength';
    return failure(tooLong ? 'The expression is longer than 21,000 characters.' : sentence(error), 0, source.length);
  }
  const symbol = found[1] ?? '';
  const start = Number(found[2]) - 1;
  const message = symbol.startsWith("'") ? "The quote ' is not closed." : `\`${symbol.slice(0, 40)}\` cannot stand here.`;
  return failure(message, start, Math.min(source.length, start + Math.max(1, symbol.length)));
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
const failure = (message: string, start: number, end: number): ExpressionProblem => ({ ok: false, message, start, end });
