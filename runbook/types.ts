import type { Expr } from '@actions/expressions';
import { Binary, ContextAccess, FunctionCall, Grouping, IndexAccess, Literal, Logical, Unary } from '@actions/expressions/ast';
import type { ActionManifest } from './core/action.ts';
import { outputsOf, typeOfNode, type ValueType } from './outputs.ts';
import type { Surroundings } from './surroundings.ts';
import { itemsOf, stringOf, textOf, valueIn } from './syntax/tree.ts';
import type { Whole } from './whole.ts';

/** What can be known of a value before a run. Whatever it is, it may also be missing, which reads as null. */
export interface Known {
  readonly type: ValueType;
  /** All texts that it can be. */
  readonly values?: readonly string[];
}

export interface Scope {
  readonly whole: Whole;
  readonly actions: ReadonlyMap<string, ActionManifest>;
  readonly around: Surroundings;
}

const anything: Known = { type: 'any' };
export const outcomes = ['success', 'failure', 'skipped', 'cancelled'] as const;

const functionTypes: Readonly<Record<string, ValueType>> = {
  contains: 'boolean',
  startswith: 'boolean',
  endswith: 'boolean',
  success: 'boolean',
  failure: 'boolean',
  cancelled: 'boolean',
  always: 'boolean',
  format: 'string',
  join: 'string',
  tojson: 'string',
  seconds: 'number',
};

/** The type of an expression's value, as far as declarations tell. */
export function knownOf(expr: Expr, scope: Scope): Known {
  if (expr instanceof Grouping) return knownOf(expr.group, scope);
  if (expr instanceof Binary || expr instanceof Unary) return { type: 'boolean' };
  if (expr instanceof FunctionCall) return { type: functionTypes[expr.functionName.lexeme.toLowerCase()] ?? 'any' };
  if (expr instanceof Logical) {
    const [first = anything, ...others] = expr.args.map((arg) => knownOf(arg, scope));
    return others.every(({ type }) => type === first.type) ? { type: first.type } : anything;
  }
  if (expr instanceof Literal) return typeof expr.literal.coerceString === 'function' ? literal(expr) : anything;
  const path = pathOf(expr);
  return path ? ofPath(path, scope) : anything;
}

function literal({ token }: Literal): Known {
  if (token.lexeme.startsWith("'")) return { type: 'string' };
  if (/^(?:true|false)$/i.test(token.lexeme)) return { type: 'boolean' };
  return /^[-+.\d]/.test(token.lexeme) ? { type: 'number' } : anything;
}

/** Context and names of a chain without computed parts. */
export function pathOf(expr: Expr): readonly string[] | undefined {
  const names: string[] = [];
  let base = expr;
  for (; base instanceof IndexAccess; base = base.expr) {
    if (!(base.index instanceof Literal)) return undefined;
    names.unshift(base.index.literal.coerceString());
  }
  return base instanceof ContextAccess ? [base.name.lexeme.toLowerCase(), ...names] : undefined;
}

function ofPath([context, first, second, third, ...rest]: readonly string[], { whole, actions, around }: Scope): Known {
  if (context === 'attempt' && first === undefined) return { type: 'number' };
  if (first === undefined || rest.length > 0) return anything;
  if (context === 'inputs' && second === undefined) return ofInput(whole, first);
  if (context === 'run' && second === undefined) return { type: 'string' };
  if (context !== 'steps') return anything;
  const step = whole.step(first);
  if (!step || second === undefined) return anything;
  if (second.toLowerCase() === 'outcome' && third === undefined) return { type: 'string', values: outcomes };
  if (second.toLowerCase() !== 'outputs') return anything;
  if (third === undefined) return { type: 'object' };
  const { types } = outputsOf(step, actions, around);
  // A fallback may give another value the same name.
  if (step.fallback.length > 0) return anything;
  const name = [...types.keys()].find((one) => one.toLowerCase() === third.toLowerCase());
  return { type: (name === undefined ? undefined : types.get(name)) ?? 'any' };
}

function ofInput(whole: Whole, name: string): Known {
  const node = whole.input(name)?.node;
  if (!node) return anything;
  switch (stringOf(valueIn(node, 'type')) ?? 'string') {
    case 'string':
    case 'duration':
    case 'file':
      return { type: 'string' };
    case 'number':
    case 'integer':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'list':
      return { type: 'list' };
    case 'object':
      return { type: 'object' };
    case 'choice': {
      const options = itemsOf(valueIn(node, 'options'));
      if (!options.every((option) => typeOfNode(option) === 'string')) return anything;
      return { type: 'string', values: options.map((option) => textOf(option) ?? '') };
    }
    default:
      return anything;
  }
}
