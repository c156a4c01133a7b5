import { bareExpression } from '../core/expression/parse.ts';
import type { Json } from '../core/json.ts';
import { entriesOf, itemsOf, type Node, textOf, toJson, valueIn } from '../syntax/tree.ts';

/** Reads of nodes that the schema has held to their type. */

export function record<T>(node: Node | undefined, make: (value: Node) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(entriesOf(node).map((entry) => [entry.key.source, make(entry.value)]));
}

export const values = (node: Node | undefined): Readonly<Record<string, Json>> => record(node, toJson);

/** Environment variables: numbers and booleans as written. */
export const texts = (node: Node | undefined): Readonly<Record<string, string>> => record(node, (value) => textOf(value) ?? '');

export function list(node: Node | undefined): readonly string[] | undefined {
  return node && itemsOf(node).map((item) => textOf(item) ?? '');
}

/** What the language takes as a bare expression, without the braces that it may have. */
export function expression(node: Node | undefined): string | undefined {
  const text = textOf(node);
  return text === undefined ? undefined : bareExpression(text).source.trim();
}

export function oneOf<T extends string>(known: readonly T[], node: Node | undefined): T | undefined {
  const text = textOf(node);
  return known.find((value) => value === text);
}

export function number(node: Node | undefined): number | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
}

export function flag(node: Node | undefined): boolean | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined;
}

/** The values under some keys, by a short name. */
export const reader = (node: Node | undefined) => (key: string) => valueIn(node, key);
