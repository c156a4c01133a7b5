import { hasExpression, parseTemplate } from '../core/expression.ts';
import type { Range } from '../syntax/lines.ts';
import { entryOf, type MapNode, type Node, textOf } from '../syntax/tree.ts';
import { resolve, type Schema, typesOf } from './schema.ts';
import { given, quoteAll, typeWords } from './words.ts';

/** One value that does not fit, said as the end of a sentence about it. */
export type Violation =
  | { readonly kind: 'value'; readonly node: Node; readonly path: string; readonly message: string; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown'; readonly range: Range; readonly path: string; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: 'missing'; readonly node: MapNode; readonly path: string; readonly name: string; readonly schema: Schema };

/** Checks values as written against an action's schema; a value that holds an expression is known only in a run and passes. */
export function* checkValue(node: Node, schema: Schema, root: Schema, path = ''): Generator<Violation> {
  const here = resolve(schema, root);
  if (node.kind === 'scalar' && typeof node.value === 'string' && hasExpression(node.value)) {
    // An expression alone has a type of its own; with anything beside it there will be a text.
    const types = typesOf(here);
    if (types.length > 0 && !types.includes('string') && parseTemplate(node.value).parts.length > 1)
      yield { kind: 'value', node, path, message: `must be ${typeWords(types)}; this will be text`, allowed: [] };
    return;
  }
  const choice = here.anyOf && node.kind === 'map' ? choiceOf(here.anyOf) : undefined;
  if (here.anyOf && !choice && !here.anyOf.some((one) => checkValue(node, one, root, path).next().done)) {
    yield { kind: 'value', node, path, message: `cannot be this. ${here.description ?? ''}`.trimEnd().replace(/\.$/, ''), allowed: [] };
    return;
  }
  const types = typesOf(here);
  if (types.length > 0 && !types.some((type) => fits(node, type))) {
    yield { kind: 'value', node, path, message: `must be ${typeWords(types)}; this is ${given(node)}`, allowed: [] };
    return;
  }
  if (node.kind === 'map') {
    const found = [...checkMap(node, here, root, path)];
    yield* found;
    // A mistyped name is named already.
    if (choice && !choice.some((name) => entryOf(node, name)) && !found.some((one) => one.kind === 'unknown'))
      yield { kind: 'value', node, path, message: `needs ${quoteAll(choice)}`, allowed: [] };
  } else if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) if (here.items) yield* checkValue(item, here.items, root, `${path}[${index}]`);
    if (here.minItems !== undefined && node.items.length < here.minItems)
      yield { kind: 'value', node, path, message: `must have at least ${here.minItems} items`, allowed: [] };
  } else {
    const message = scalarProblem(node.value, textOf(node) ?? '', here);
    if (message) yield { kind: 'value', node, path, message, allowed: (here.enum ?? []).map(String) };
  }
}

/** The names of which one must be there, where that is all that the alternatives say. */
function choiceOf(alternatives: readonly Schema[]): readonly string[] | undefined {
  const plain = alternatives.every(
    (one) => one.required?.length === 1 && Object.keys(one).every((key) => key === 'required' || key === 'properties'),
  );
  return plain ? alternatives.flatMap((one) => one.required ?? []) : undefined;
}

function* checkMap(node: MapNode, schema: Schema, root: Schema, path: string): Generator<Violation> {
  const known = Object.keys(schema.properties ?? {});
  for (const entry of node.entries) {
    const name = entry.key.source;
    const below = path === '' ? name : `${path}.${name}`;
    const property = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    const pattern = Object.entries(schema.patternProperties ?? {}).find(([source]) => new RegExp(source).test(name))?.[1];
    const rest = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    const child = property ?? pattern ?? rest;
    if (child) yield* checkValue(entry.value, child, root, below);
    else if (schema.additionalProperties === false) yield { kind: 'unknown', range: entry.key.range, path, name, known };
  }
  for (const name of schema.required ?? []) {
    if (!entryOf(node, name)) yield { kind: 'missing', node, path, name, schema: resolve(schema.properties?.[name] ?? {}, root) };
  }
}

function fits(node: Node, type: string): boolean {
  if (node.kind === 'map') return type === 'object';
  if (node.kind === 'list') return type === 'array';
  const { value } = node;
  if (type === 'null') return value === null;
  // Numbers and booleans are accepted where text is wanted.
  if (type === 'string') return value !== null;
  if (type === 'integer') return typeof value === 'number' && Number.isInteger(value);
  return typeof value === type;
}

function scalarProblem(value: unknown, text: string, schema: Schema): string | undefined {
  if (schema.enum && !schema.enum.some((one) => one === value || String(one) === text))
    return `cannot be \`${text.slice(0, 60)}\`: it is ${quoteAll(schema.enum)}`;
  if (schema.const !== undefined && schema.const !== value) return `must be \`${String(schema.const)}\``;
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return `must be at least ${schema.minimum}`;
    if (schema.maximum !== undefined && value > schema.maximum) return `must be at most ${schema.maximum}`;
  }
  if (typesOf(schema).includes('string') || typeof value === 'string') {
    if (schema.minLength !== undefined && text.length < schema.minLength)
      return schema.minLength === 1 ? 'must not be empty' : `must have at least ${schema.minLength} characters`;
    if (schema.maxLength !== undefined && text.length > schema.maxLength) return `must have at most ${schema.maxLength} characters`;
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(text)) return `must match \`${schema.pattern}\``;
  }
  return undefined;
}
