import { type Declared, declared, stepLists } from '../document.ts';
import { type ExpressionSite, findExpressions } from '../expressions.ts';
import { runbookSchema } from '../schema/schema.ts';
import { partErrors, type SchemaError } from '../schema/validate.ts';
import type { StepFact, StepList } from '../steps.ts';
import { Lines } from '../syntax/lines.ts';
import type { SyntaxProblem } from '../syntax/problem.ts';
import { type Entry, entriesOf, itemsOf, type MapNode, type Node, toJson, valueIn, WrittenMap, WrittenScalar } from '../syntax/tree.ts';
import { PiecesList } from './list.ts';
import type { Kept, Piece, Reading } from './piece.ts';

/** A piece as if it were a runbook of its own. */
export interface PieceFacts extends Declared {
  /** Of an item: the list of steps that it belongs to. */
  readonly role: StepList | undefined;
  /** Of a key whose list is no list of steps: the pieces of the list, which have no facts of their own. */
  readonly group: readonly Reading[];
  readonly root: MapNode;
  readonly problems: readonly Kept<SyntaxProblem>[];
  readonly expressions: readonly ExpressionSite[];
  readonly schemaErrors: readonly SchemaError[];
  /** A step at the top of a list says what it needs. */
  readonly needs: boolean;
  /** All that other pieces can learn of this one, to compare. */
  readonly seen: string;
}

export const isStepList = (key: string | undefined): key is StepList => stepLists.some((list) => list === key);

/** Of an item of a list of steps. `before`: called whenever a path counts the steps in front. */
export function factsOfItem(piece: Piece, reading: Reading, role: StepList, before: () => number): PieceFacts {
  const key = new WrittenScalar(piece, { start: piece.lead, end: piece.lead }, role, 'plain', role);
  const entries = reading.entries.map(({ value }) => ({ key, value, merged: false }));
  return { role, group: [], ...facts(piece, entries, reading.problems, before) };
}

/** Of keys; `items` are the pieces of the list that is the value of the last one. */
export function factsOfKeys(piece: Piece, reading: Reading, items: readonly Piece[]): PieceFacts {
  const last = reading.entries.at(-1);
  const others = reading.entries.slice(0, -1);
  if (items.length === 0 || !last) return { role: undefined, group: [], ...facts(piece, reading.entries, reading.problems, none) };
  if (isStepList(last.key.source)) return { role: undefined, group: [], ...facts(piece, others, reading.problems, none) };
  const group = items.flatMap((item) => item.reading ?? []);
  const problems = [...reading.problems, ...group.flatMap((one) => one.problems)];
  const entries = [...others, { ...last, value: new PiecesList(items) }];
  return { role: undefined, group, ...facts(piece, entries, problems, none) };
}

const none = () => 0;

function facts(piece: Piece, entries: readonly Entry[], problems: PieceFacts['problems'], before: () => number) {
  const root = new WrittenMap(piece, { start: piece.lead, end: piece.text.length }, false, entries);
  const found = declared(root, piece, before);
  const syntax = { root, problems: [] };
  const document = { text: piece.text, lines: noLines, syntax, root, ...found, actions: noActions };
  return {
    root,
    ...found,
    problems,
    expressions: findExpressions(document),
    schemaErrors: partErrors(root),
    needs: found.steps.some((step) => !step.parent && needsIn(step)),
    seen: seenOf(problems.length > 0, root, found),
  };
}

const noLines = new Lines('');
const noActions = new Map();

/** Of a step only what `Whole.step` promises to be told about. */
function seenOf(broken: boolean, root: MapNode, { steps, inputs, secrets, targets }: Declared): string {
  const told: unknown[] = [broken];
  for (const { key, value } of root.entries) told.push(key.source, isStepList(key.source) ? itemsOf(value).length : 0);
  const [env, onFailure] = [valueIn(root, 'env'), valueIn(root, 'on-failure')];
  if (env) told.push(toJson(env));
  if (onFailure?.kind === 'scalar') told.push(onFailure.value);
  for (const { name, node } of [...inputs, ...secrets, ...targets]) told.push(name, toJson(node));
  for (const step of steps) told.push(step.list, step.role, step.branch, step.parent?.order ?? -1, ...seenIn(step));
  return JSON.stringify(told);
}

/** Keys whose values are told; of the others of the language that they are there. */
const toldKeys = new Set([
  ...[
    'id',
    'name',
    'uses',
    'call',
    'set',
    'outputs',
    'secret-outputs',
    'for-each',
    'as',
    'needs',
    'target',
    'risk',
    'on-error',
    'idempotent',
  ],
]);
const stepKeys = new Set(Object.keys(runbookSchema.definitions?.step?.properties ?? {}));

function seenIn({ node }: StepFact): unknown[] {
  const told: unknown[] = [];
  for (const { key, value } of entriesOf(node)) {
    if (toldKeys.has(key.source)) told.push(key.source, value.kind === 'scalar' ? value.value : toJson(value));
    else if (stepKeys.has(key.source)) told.push(key.source);
  }
  return told;
}

export const needsIn = (step: StepFact): Node | undefined => valueIn(step.node, 'needs');
