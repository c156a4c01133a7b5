import type { Node } from '../syntax/tree.ts';

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  null: 'nothing',
};

export function typeWords(types: string | readonly string[]): string {
  return orList((typeof types === 'string' ? [types] : types).map((type) => words[type] ?? type));
}

/** What a person sees that was written. */
export function given(node: Node): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return 'text';
  return typeof node.value === 'number' ? 'a number' : 'true or false';
}

export function orList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

export function quoteAll(items: readonly unknown[]): string {
  return orList(items.map((item) => `\`${String(item)}\``));
}
