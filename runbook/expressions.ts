import {
  bareExpression,
  contextNames,
  type ExpressionProblem,
  type ParsedExpression,
  parseExpression,
  parseTemplate,
  type Reference,
  references,
} from './core/expression.ts';
import type { Document, StepFact } from './document.ts';
import type { Reader } from './sees.ts';
import type { Range } from './syntax/lines.ts';
import { ScalarMap } from './syntax/scalar.ts';
import { entriesOf, type Node, type ScalarNode, valueIn } from './syntax/tree.ts';

export type ExpressionPlace = 'env' | 'with' | 'outputs' | 'if' | 'run' | 'approve' | 'working-directory' | 'run-outputs' | 'until';

/** One expression as written, wherever the language evaluates them; in `run` only to say that it may not be there. */
export interface ExpressionSite {
  readonly place: ExpressionPlace;
  /** Undefined at the top of the runbook. */
  readonly step?: StepFact;
  /** Without the braces. */
  readonly source: string;
  /** In the file: the expression with its braces where it has them. */
  readonly range: Range;
  readonly parsed: ParsedExpression | ExpressionProblem;
  /** None where it cannot be parsed. */
  readonly references: readonly Reference[];
  /** Contexts that have a meaning here. */
  readonly contexts: readonly string[];
  /** From offsets in `source` to the file. */
  locate(start: number, end: number): Range;
}

export function findExpressions(document: Document): ExpressionSite[] {
  const sites: ExpressionSite[] = [];
  const { root, text } = document;

  const template = (node: Node | undefined, place: ExpressionPlace, step?: StepFact): void => {
    for (const scalar of scalars(node)) {
      if (typeof scalar.value !== 'string' || !scalar.value.includes('${{')) continue;
      const map = new ScalarMap(text, scalar);
      for (const part of parseTemplate(scalar.value).parts) {
        if (part.kind !== 'expression') continue;
        const locate = (start: number, end: number) => map.range(part.sourceStart + start, part.sourceStart + end);
        const contexts = contextsAt(place, step);
        const parsed = part.closed ? parseExpression(part.source, contexts) : unclosed(part.source);
        sites.push({
          place,
          step,
          source: part.source,
          get range() {
            return map.range(part.start, part.end);
          },
          parsed,
          references: parsed.ok ? references(parsed, contexts) : [],
          contexts,
          locate,
        });
      }
    }
  };
  const bare = (node: Node | undefined, step: StepFact): void => {
    if (node?.kind !== 'scalar' || typeof node.value !== 'string') return;
    const map = new ScalarMap(text, node);
    const { source, offset } = bareExpression(node.value);
    const contexts = contextsAt('if', step);
    const locate = (start: number, end: number) => map.range(offset + start, offset + end);
    const parsed = parseExpression(source, contexts);
    const found = parsed.ok ? references(parsed, contexts) : [];
    const { length } = node.value;
    sites.push({
      place: 'if',
      step,
      source,
      get range() {
        return map.range(0, length);
      },
      parsed,
      references: found,
      contexts,
      locate,
    });
  };

  template(valueIn(root, 'env'), 'env');
  template(valueIn(root, 'outputs'), 'run-outputs');
  for (const step of document.steps) {
    const at = (key: string) => valueIn(step.node, key);
    bare(at('if'), step);
    template(at('env'), 'env', step);
    template(at('with'), 'with', step);
    template(at('outputs'), 'outputs', step);
    template(at('working-directory'), 'working-directory', step);
    template(valueIn(at('approve'), 'message'), 'approve', step);
    template(at('run'), 'run', step);
  }
  return sites;
}

/** `result` and `error` have a meaning in few places; everything else is known everywhere. */
export function contextsAt(place: ExpressionPlace, step?: StepFact): readonly string[] {
  const failed = step !== undefined && (step.undoes !== undefined || step.role === 'fallback' || step.list === 'on-failure');
  return contextNames.filter((name) =>
    name === 'result' ? place === 'outputs' : name === 'error' ? failed : name !== 'attempt' || step !== undefined,
  );
}

/** What is evaluated after the step has done its work sees what was in it. */
export function readerOf({ place }: ExpressionSite): Reader {
  return place === 'outputs' || place === 'until' ? 'end' : 'start';
}

function unclosed(source: string): ExpressionProblem {
  return { ok: false, message: 'This `${{` is not closed by `}}`.', start: -3, end: source.length };
}

function* scalars(node: Node | undefined): Generator<ScalarNode> {
  if (node === undefined) return;
  if (node.kind === 'scalar') yield node;
  else if (node.kind === 'list') for (const item of node.items) yield* scalars(item);
  else for (const entry of entriesOf(node)) yield* scalars(entry.value);
}
