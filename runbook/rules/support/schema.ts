import type { Facts } from '../../rule.ts';
import { runbookSchema, type Schema, schemaAt } from '../../schema/schema.ts';
import type { SchemaError } from '../../schema/validate.ts';
import type { Range } from '../../syntax/lines.ts';
import { type Node, nodeAt } from '../../syntax/tree.ts';

export interface PlacedError extends SchemaError {
  readonly node: Node;
  /** The key that the value stands under, without list indexes; empty at the top. */
  readonly key: string;
  /** Of the value. */
  readonly schema: Schema;
}

/** One value or another: what is wrong with each of them says nothing, and rules of their own speak of the choice. */
const choice = /\/(?:oneOf|anyOf|not)\/|\/definitions\/duration\//;

/** The violations of some keywords, each with the node it is about. */
export function* errorsOf(facts: Facts, ...keywords: string[]): Generator<PlacedError> {
  for (const error of facts.schemaErrors) {
    if (!keywords.includes(error.keyword) || choice.test(error.schemaPath)) continue;
    const node = nodeAt(facts.root, error.pointer);
    if (!node) continue;
    const path = error.pointer.split('/').slice(1).map(unescaped);
    const key = path.findLast((part) => !/^\d+$/.test(part)) ?? '';
    const steps = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    yield { ...error, node, key, schema: schemaAt(steps, facts.schema ?? runbookSchema, facts.root) ?? {} };
  }
}

const unescaped = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** Where to show what is wrong with a whole map or list: the first line of it, so that half a file is not underlined. */
export function headOf(facts: Facts, node: Node): Range {
  if (node.kind === 'scalar' && node.style !== 'literal' && node.style !== 'folded') return node.range;
  const { start, end } = node.range;
  const newline = facts.text.slice(start, end).search(/[\r\n]/);
  return { start, end: newline < 0 ? end : start + newline };
}
