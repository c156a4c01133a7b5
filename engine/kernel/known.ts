import {
  hasExpression,
  hasStatusFunction,
  type ParsedExpression,
  parseExpression,
  parseTemplate,
  references,
} from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Planned } from '../../runbook/core/plan.ts';
import { layersOf, resultsSeen } from './contexts.ts';
import type { State } from './state.ts';

/** What is not known before a run, where a step of it stands. Names are in lower case; each with when it is known. */
export interface Unknowns {
  readonly frame: string;
  /** Inputs of a runbook that is called. */
  readonly inputs: ReadonlyMap<string, string>;
  /** What loops call their items. */
  readonly items: ReadonlyMap<string, string>;
}

/** When all that an expression looks at is known, each reason once: words behind "known"; none where it can be resolved now. */
export type When = readonly string[];

const failed = 'when a step has failed';
const started = 'when the run has started';
const before = 'when the steps before it have ended';

/** For the expressions of one step. */
export function knower(state: State, unknowns: Unknowns, planned: Planned): (expression: ParsedExpression) => When {
  const results = new Set(Object.keys(resultsSeen(state, unknowns.frame)).map((key) => key.toLowerCase()));
  let env: ReadonlyMap<string, When> | undefined;
  const variables = () => (env ??= unknownVariables(state, unknowns, planned, whenOf));

  function whenOf(expression: ParsedExpression, seen: () => ReadonlyMap<string, When> = variables): When {
    const found = new Set<string>();
    for (const { context, path } of references(expression)) {
      const name = path[0]?.toLowerCase();
      if (context === 'steps') {
        if (name === undefined) found.add(before);
        else if (!results.has(name)) found.add(`when step ${path[0]} has run`);
      } else if (context === 'error') found.add(failed);
      else if (context === 'result') found.add('when it has run');
      else if (context === 'run') {
        if (name !== 'requested-by') found.add(started);
      } else if (context === 'inputs') for (const when of some(unknowns.inputs, name)) found.add(when);
      else if (context === 'env') for (const whens of some(seen(), name)) for (const when of whens) found.add(when);
      else {
        const item = unknowns.items.get(context);
        if (item !== undefined) found.add(item);
      }
    }
    if (found.size === 0 && hasStatusFunction(expression) && !/^\s*always\(\s*\)\s*$/i.test(expression.source)) found.add(before);
    return [...found];
  }
  return (expression) => whenOf(expression);
}

/** Of a name, or of all where an expression computes it. */
function some<T>(all: ReadonlyMap<string, T>, name: string | undefined): readonly T[] {
  if (name === undefined) return [...all.values()];
  const one = all.get(name);
  return one === undefined ? [] : [one];
}

/** Variables whose value waits for something; each layer sees those below. */
function unknownVariables(
  state: State,
  { frame }: Unknowns,
  planned: Planned,
  whenOf: (expression: ParsedExpression, seen: () => ReadonlyMap<string, When>) => When,
): ReadonlyMap<string, When> {
  let below: ReadonlyMap<string, When> = new Map();
  for (const { env } of layersOf(state, frame, planned)) {
    const seen = below;
    const here = new Map(below);
    for (const [name, template] of Object.entries(env)) {
      const when = whenOfText(template, (expression) => whenOf(expression, () => seen));
      if (when.length === 0) here.delete(name.toLowerCase());
      else here.set(name.toLowerCase(), when);
    }
    below = here;
  }
  return below;
}

/** Of a text with expressions in it. One that cannot be parsed waits for nothing: it fails when it is resolved. */
export function whenOfText(text: string, whenOf: (expression: ParsedExpression) => When): When {
  if (!hasExpression(text)) return [];
  const found = parseTemplate(text).parts.flatMap((part) => {
    const parsed = part.kind === 'expression' ? parseExpression(part.source) : undefined;
    return parsed?.ok === true ? whenOf(parsed) : [];
  });
  return [...new Set(found)];
}

/** Of every text in a value. */
export function whenOfValue(value: Json, whenOf: (expression: ParsedExpression) => When): When {
  if (typeof value === 'string') return whenOfText(value, whenOf);
  if (value === null || typeof value !== 'object') return [];
  return [...new Set(Object.values(value).flatMap((inner: Json) => whenOfValue(inner, whenOf)))];
}
