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
import { entriesOf, itemsOf, type Node, type ScalarNode, textOf, valueIn } from './syntax/tree.ts';

/** Where the language evaluates expressions. `run`: where it does not, and one is an error (a script, an argv). */
export type ExpressionPlace =
  | 'env'
  | 'with'
  | 'retry'
  | 'outputs'
  | 'if'
  | 'until'
  | 'for-each'
  | 'run'
  | 'approve'
  | 'working-directory'
  | 'call'
  | 'set'
  | 'goal'
  | 'cache'
  | 'run-outputs'
  | 'targets'
  | 'alert'
  | 'schedule'
  | 'group';

/** One expression as written. */
export interface ExpressionSite {
  readonly place: ExpressionPlace;
  /** Undefined at the top of the runbook. */
  readonly step?: StepFact;
  /** Without the braces. */
  readonly source: string;
  /** In the file: the expression with its braces where it has them. */
  readonly range: Range;
  /** A bare expression, or one whose value nothing is added to: it keeps its type. */
  readonly whole: boolean;
  readonly parsed: ParsedExpression | ExpressionProblem;
  /** None where it cannot be parsed. */
  readonly references: readonly Reference[];
  /** Contexts that have a meaning here, in lower case. */
  readonly contexts: readonly string[];
  /** From offsets in `source` to the file. */
  locate(start: number, end: number): Range;
}

interface Written extends Pick<ExpressionSite, 'source' | 'whole' | 'locate'> {
  /** Has its `}}`. */
  readonly closed: boolean;
  range(): Range;
}

export function findExpressions(document: Document): ExpressionSite[] {
  const sites: ExpressionSite[] = [];
  const { root, text } = document;

  const add = (place: ExpressionPlace, step: StepFact | undefined, written: Written): void => {
    const { source, whole, closed, range, locate } = written;
    const contexts = contextsAt(place, step);
    const parsed = closed ? parseExpression(source, contexts) : unclosed(source);
    sites.push({
      place,
      step,
      source,
      whole,
      // Places move with the text.
      get range() {
        return range();
      },
      parsed,
      references: parsed.ok ? references(parsed) : [],
      contexts,
      locate,
    });
  };
  const template = (node: Node | undefined, place: ExpressionPlace, step?: StepFact): void => {
    for (const scalar of scalars(node)) {
      if (typeof scalar.value !== 'string' || !scalar.value.includes('${{')) continue;
      const map = new ScalarMap(text, scalar);
      const { parts } = parseTemplate(scalar.value);
      for (const part of parts) {
        if (part.kind !== 'expression') continue;
        const locate = (start: number, end: number) => map.range(part.sourceStart + start, part.sourceStart + end);
        const range = () => map.range(part.start, part.end);
        add(place, step, { source: part.source, whole: parts.length === 1, closed: part.closed, range, locate });
      }
    }
  };
  const bare = (node: Node | undefined, place: ExpressionPlace, step?: StepFact): void => {
    if (node?.kind !== 'scalar' || typeof node.value !== 'string') return;
    const map = new ScalarMap(text, node);
    const { length } = node.value;
    const { source, offset } = bareExpression(node.value);
    const locate = (start: number, end: number) => map.range(offset + start, offset + end);
    add(place, step, { source, whole: true, closed: true, range: () => map.range(0, length), locate });
  };

  template(valueIn(root, 'env'), 'env');
  template(valueIn(root, 'targets'), 'targets');
  for (const trigger of itemsOf(valueIn(root, 'triggers'))) {
    const alert = valueIn(trigger, 'alert');
    bare(valueIn(alert, 'match'), 'alert');
    template(valueIn(alert, 'key'), 'alert');
    template(valueIn(alert, 'with'), 'alert');
    template(valueIn(valueIn(trigger, 'schedule'), 'with'), 'schedule');
  }
  template(valueIn(valueIn(root, 'concurrency'), 'group'), 'group');
  template(valueIn(root, 'outputs'), 'run-outputs');
  for (const step of document.steps) {
    const at = (key: string) => valueIn(step.node, key);
    bare(at('if'), 'if', step);
    bare(at('for-each'), 'for-each', step);
    bare(valueIn(at('repeat'), 'until'), 'until', step);
    for (const branch of itemsOf(at('switch'))) bare(valueIn(branch, 'if'), 'if', step);
    bare(valueIn(at('wait'), 'until'), 'until', step);
    template(at('env'), 'env', step);
    template(at('with'), step.verb === 'call' ? 'call' : 'with', step);
    template(valueIn(at('retry'), 'with'), 'retry', step);
    template(at('set'), 'set', step);
    template(valueIn(at('agent'), 'goal'), 'goal', step);
    template(at('outputs'), 'outputs', step);
    template(valueIn(at('cache'), 'key'), 'cache', step);
    template(at('working-directory'), 'working-directory', step);
    template(valueIn(at('approve'), 'message'), 'approve', step);
    template(at('run'), 'run', step);
    template(at('shell'), 'run', step);
  }
  return sites;
}

/** In lower case. What only few places know is named here; everything else is known in every step. */
export function contextsAt(place: ExpressionPlace, step?: StepFact): readonly string[] {
  if (place === 'schedule') return [];
  if (place === 'alert') return ['alert'];
  if (place === 'group') return ['inputs'];
  const loops = step ? loopNames(step) : place === 'targets' ? ['item'] : [];
  const known = contextNames.filter((name) => {
    if (name === 'item' || name === 'alert') return false;
    if (name === 'result') return place === 'outputs';
    if (name === 'error') return place === 'retry' || (step !== undefined && followsFailure(step));
    if (name === 'target') return place !== 'targets' && place !== 'run-outputs';
    return name !== 'attempt' || step !== undefined;
  });
  return [...new Set([...known, ...loops])];
}

/** What the loops around a step call their items, from the inside out. A loop's own keys do not see them. */
function loopNames(step: StepFact): string[] {
  const names: string[] = [];
  for (let one = step; one.parent; one = one.parent) {
    if (one.parent.verb === 'for-each' && one.role === 'step') names.push(itemName(one.parent).toLowerCase());
  }
  return names;
}

/** What a loop calls its item. */
export function itemName(loop: StepFact): string {
  return textOf(valueIn(loop.node, 'as')) ?? 'item';
}

function followsFailure(step: StepFact): boolean {
  return step.list === 'on-failure' || step.role !== 'step' || (step.parent !== undefined && followsFailure(step.parent));
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
