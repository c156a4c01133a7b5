import type { data } from '@actions/expressions';
import { Evaluator } from '@actions/expressions';
import { ProblemError, problem } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { tooLargeKey } from '../model.ts';
import { Recent } from '../recent.ts';
import { ContextsView, property, unwrap } from './data.ts';
import { implementations, type Status } from './functions.ts';
import { contextNames, type ParsedExpression, parseExpression } from './parse.ts';
import { hasStatusFunction, references } from './references.ts';
import { noSecrets, type SecretScope, touchesSecret } from './secret.ts';

export interface Contexts {
  /** Begins the sentence when an expression fails, such as `Step block`. */
  readonly where: string;
  /** Context name → value; one that is absent reads as null. */
  readonly values: JsonObject;
  /** By default nothing has failed. */
  readonly status?: Status;
  /** Absent: there are no secrets. */
  readonly secrets?: SecretScope;
  /** True in `env` and `with`: a secret may stand alone here. */
  readonly secretsAllowed?: boolean;
  /** Expressions in texts that stay as they are written: who only looks ahead does not know what they need yet. */
  readonly leave?: (expression: ParsedExpression) => boolean;
}

const allWell: Status = { success: true, failure: false, cancelled: false };

/** The value of an expression written without braces. Throws a ProblemError `expression-failed`; a secret is never a value. */
export function evaluate(source: string, contexts: Contexts): Json {
  return run(parsed(source, contexts), contexts);
}

/** An `if`: is it true, and does it ask for the status itself (else success() is implied)? Throws as evaluate does. */
export function evaluateCondition(source: string, contexts: Contexts): { readonly holds: boolean; readonly asksStatus: boolean } {
  const expression = parsed(source, contexts);
  const value = run(expression, contexts);
  return { holds: isTrue(value), asksStatus: hasStatusFunction(expression) };
}

/** false, 0, the empty text and null are not true. */
export const isTrue = (value: Json): boolean => value !== false && value !== 0 && value !== '' && value !== null;

/** A loop looks at the same expression again and again. */
const recent = new Recent<ReturnType<typeof parseExpression>>(500, 1000);

export function parsed(source: string, contexts: Contexts): ParsedExpression {
  // A loop names its item as it likes.
  const own = Object.keys(contexts.values).filter((name) => !(contextNames as readonly string[]).includes(name));
  const items = own.map((name) => name.toLowerCase());
  const expression = recent.of(`${items.join(' ')}\n${source}`, () =>
    parseExpression(source, items.length === 0 ? contextNames : [...contextNames, ...items]),
  );
  if (!expression.ok) throw failed(source, contexts, expression.message);
  return expression;
}

export function run(expression: ParsedExpression, contexts: Contexts): Json {
  return unwrapOrFail(expression, contexts, evaluateData(expression, contexts));
}

/** Numbers and booleans as text, null as nothing; a list or an object is not a text. */
export function runAsText(expression: ParsedExpression, contexts: Contexts): string {
  const value = evaluateData(expression, contexts);
  if (value.primitive) return value.coerceString();
  throw failed(expression.source, contexts, 'the value is a list or an object; use toJSON(…) or join(…) to make it a text');
}

export function failed(source: string, contexts: Contexts, why: string): ProblemError {
  const short = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}…` : text);
  return new ProblemError(
    problem('expression-failed', {
      where: contexts.where,
      expression: short(source.trim(), 200),
      why: /[.!?]$/.test(why) ? short(why, 300) : `${short(why, 300)}.`,
    }),
  );
}

function evaluateData(expression: ParsedExpression, contexts: Contexts): data.ExpressionData {
  if (touchesSecret(expression, contexts.secrets ?? noSecrets)) {
    throw failed(
      expression.source,
      contexts,
      'a secret may only stand alone in its braces, as ${{ secrets.NAME }}, in `env`, `with` and `targets`',
    );
  }
  refuseTooLarge(expression, contexts);
  try {
    return new Evaluator(expression.expr, new ContextsView(contexts.values), implementations(contexts.status ?? allWell)).evaluate();
  } catch (error) {
    throw failed(expression.source, contexts, whyOf(error));
  }
}

/** An output that was left out for its length must not read as null. */
function refuseTooLarge(expression: ParsedExpression, { where, values }: Contexts): void {
  for (const { context, path } of references(expression)) {
    const outputs = context === 'result' ? values.result : context === 'steps' ? at(at(values.steps, path[0]), 'outputs') : undefined;
    const name = context === 'result' ? path[0] : path[2];
    const missing = at(outputs, tooLargeKey);
    if (name !== undefined && Array.isArray(missing) && missing.some((left) => String(left).toLowerCase() === name.toLowerCase())) {
      throw new ProblemError(problem('output-too-large', { what: `${where}: the output ${name}`, limit: '256 KiB' }));
    }
  }
}

function at(value: Json | undefined, name: string | undefined): Json | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || name === undefined) return undefined;
  return property(value as JsonObject, name);
}

function unwrapOrFail(expression: ParsedExpression, contexts: Contexts, value: data.ExpressionData): Json {
  try {
    return unwrap(value);
  } catch (error) {
    throw failed(expression.source, contexts, whyOf(error));
  }
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
