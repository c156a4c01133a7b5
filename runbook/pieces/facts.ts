import { type Declared, declared, stepLists } from '../document.ts';
import { type ExpressionSite, findExpressions } from '../expressions.ts';
import { partErrors, type SchemaError } from '../schema/validate.ts';
import type { StepFact } from '../steps.ts';
import { Lines } from '../syntax/lines.ts';
import { entriesOf, itemsOf, type MapNode, type Node, toJson, valueIn, WrittenMap, WrittenScalar } from '../syntax/tree.ts';
import type { Piece, Reading } from './piece.ts';

/** A piece as if it were a runbook of its own. */
export interface PieceFacts extends Declared {
  /** Of an item: the key that its list stands under. */
  readonly role: string | undefined;
  readonly root: MapNode;
  readonly expressions: readonly ExpressionSite[];
  readonly schemaErrors: readonly SchemaError[];
  /** All that other pieces can learn of this one, to compare. */
  readonly seen: string;
}

/** `before`: called whenever a path counts the steps in front. */
export function factsOf(piece: Piece, reading: Reading, role: string | undefined, before: () => number): PieceFacts {
  const entries = piece.item ? reading.entries.map(({ value }) => ({ key: keyOf(piece, role ?? ''), value, merged: false })) : reading.entries;
  const root = new WrittenMap(piece, { start: piece.lead, end: piece.text.length }, false, entries);
  const found = declared(root, piece, before);
  const document = {
    text: piece.text,
    lines: noLines,
    syntax: { root, problems: [] },
    root,
    ...found,
    actions: noActions,
  };
  return {
    role,
    root,
    ...found,
    expressions: findExpressions(document),
    schemaErrors: partErrors(root),
    seen: seenOf(reading, root, found),
  };
}

const noLines = new Lines('');
const noActions = new Map();

const keyOf = (piece: Piece, name: string) => new WrittenScalar(piece, { start: piece.lead, end: piece.lead }, name, 'plain', name);

/** Of a step only what `Whole.step` promises to be told about. */
function seenOf(reading: Reading, root: MapNode, { steps, inputs, secrets, targets }: Declared): string {
  const told: unknown[] = [reading.problems.length > 0];
  for (const { key, value } of root.entries) told.push(key.source, stepLists.some((list) => list === key.source) ? itemsOf(value).length : 0);
  for (const { name, node } of [...inputs, ...secrets, ...targets]) told.push(name, toJson(node));
  for (const step of steps) told.push(step.list, step.role, step.branch, step.parent?.order ?? -1, ...seenIn(step));
  return JSON.stringify(told);
}

const unseenKeys = new Set([
  ...['run', 'env', 'with', 'if', 'description', 'timeout', 'retry', 'approve', 'working-directory', 'shell', 'cache'],
  // Their steps are told one by one.
  ...['steps', 'parallel', 'switch', 'undo', 'fallback'],
]);

function seenIn({ node }: StepFact): unknown[] {
  return entriesOf(node).map(({ key, value }) => (unseenKeys.has(key.source) ? key.source : [key.source, toJson(value)]));
}

export const needsIn = (step: StepFact): Node | undefined => valueIn(step.node, 'needs');
