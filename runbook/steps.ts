import { entryOf, itemsOf, type MapNode, type Node, type ScalarNode, stringOf, textOf, valueIn } from './syntax/tree.ts';

export const stepLists = ['steps', 'verify', 'on-failure', 'on-cancel', 'finally'] as const;
export type StepList = (typeof stepLists)[number];
/** `approve` is the verb only where no other is there. */
export const verbs = ['run', 'uses', 'parallel', 'for-each', 'repeat', 'switch', 'call', 'wait', 'set', 'agent', 'approve'] as const;
export type VerbKey = (typeof verbs)[number];

/** A stretch of the text that is read by itself: the whole of it, or one entry or step of a large one. `index` orders them. */
export interface Part {
  readonly index: number;
}

/** A step as written, complete or not. */
export interface StepFact {
  /** As in core/model.ts. */
  readonly path: string;
  /** The list at the top that it belongs to, however deep. */
  readonly list: StepList;
  readonly part: Part;
  /** The container, or the step that this one undoes or stands in for; undefined in the lists at the top. */
  readonly parent?: StepFact;
  /** What it is to its parent. */
  readonly role: 'step' | 'undo' | 'fallback';
  /** Which branch of a `switch`; 0 elsewhere. */
  readonly branch: number;
  /** The step that this one undoes. */
  readonly undoes?: StepFact;
  readonly node: MapNode;
  readonly id?: { readonly name: string; readonly node: ScalarNode };
  readonly verb?: VerbKey;
  readonly uses?: string;
  /** Place in the order of its list within its part, what is inside a step right after it. */
  readonly order: number;
  readonly undo?: StepFact;
  readonly fallback: readonly StepFact[];
  /** Of a container, over all its branches. */
  readonly steps: readonly StepFact[];
}

type Growing = { -readonly [K in keyof StepFact]: StepFact[K] } & { fallback: StepFact[]; steps: StepFact[] };

interface Where {
  readonly list: StepList;
  readonly part: Part;
  readonly parent?: StepFact;
  readonly role: StepFact['role'];
  readonly branch: number;
  /** Of a list that begins elsewhere: how many steps are in front of the first one here. */
  readonly before: () => number;
  /** What the paths of the list begin with: of steps with an id, and of those that are counted. */
  readonly named: () => string;
  readonly counted: () => string;
}

/** Every step below an entry of the runbook, each right before the steps inside it. `before`: how many of the list other parts hold in front. */
export function readList(list: StepList, value: Node | undefined, part: Part, before: () => number = () => 0): StepFact[] {
  const facts: StepFact[] = [];
  const prefix = () => (list === 'steps' ? '' : `${list}/`);
  readItems(itemsOf(value), { list, part, role: 'step', branch: 0, before, named: prefix, counted: prefix }, facts);
  return facts;
}

function readItems(items: readonly Node[], where: Where, facts: StepFact[]): StepFact[] {
  const found: StepFact[] = [];
  for (const [index, item] of items.entries()) {
    if (item.kind === 'map') found.push(readStep(item, index, where, facts));
  }
  return found;
}

function readStep(node: MapNode, index: number, where: Where, facts: StepFact[]): StepFact {
  const { list, part, parent, role, branch } = where;
  const idNode = valueIn(node, 'id');
  const id = stringOf(idNode);
  const label = textOf(idNode);
  const fact: Growing = {
    get path() {
      if (role === 'undo') return `undo/${parent?.path ?? ''}`;
      return label === undefined ? `${where.counted()}#${where.before() + index + 1}` : `${where.named()}${label}`;
    },
    list,
    part,
    parent,
    role,
    branch,
    undoes: role === 'undo' ? parent : undefined,
    node,
    id: id !== undefined && idNode?.kind === 'scalar' ? { name: id, node: idNode } : undefined,
    verb: verbs.find((verb) => entryOf(node, verb)),
    uses: stringOf(valueIn(node, 'uses')),
    order: facts.length,
    fallback: [],
    steps: [],
  };
  facts.push(fact);
  const inside = (role: StepFact['role'], branch: number, named: () => string, counted: () => string): Where => {
    return { list, part, parent: fact, role, branch, before: () => 0, named, counted };
  };
  for (const [branch, items] of bodies(fact)) {
    fact.steps.push(...readItems(items, inside('step', branch, namedPrefix(fact, where), countedPrefix(fact, branch)), facts));
  }
  const fallback = valueIn(node, 'fallback');
  if (fallback) {
    const prefix = () => `fallback/${fact.path}/`;
    fact.fallback.push(...readItems(fallback.kind === 'list' ? fallback.items : [fallback], inside('fallback', 0, prefix, prefix), facts));
  }
  const undo = valueIn(node, 'undo');
  // An undo of an undo is never run and would recurse without end through an alias.
  if (undo?.kind === 'map' && !isUndone(fact)) fact.undo = readStep(undo, 0, inside('undo', 0, where.named, where.counted), facts);
  return fact;
}

/** The lists of steps inside a container, by branch. */
function* bodies({ node, verb }: StepFact): Generator<[number, readonly Node[]]> {
  if (verb === 'parallel') yield [0, itemsOf(valueIn(node, 'parallel'))];
  else if (verb === 'for-each' || verb === 'repeat') yield [0, itemsOf(valueIn(node, 'steps'))];
  else if (verb === 'switch')
    for (const [branch, item] of itemsOf(valueIn(node, 'switch')).entries()) yield [branch, itemsOf(valueIn(item, 'steps'))];
}

/** Ids are unique in a file, so one inside `parallel` or `switch` needs nothing in front; a loop puts its index there. */
function namedPrefix(fact: StepFact, { named }: Where): () => string {
  if (fact.verb === 'for-each' || fact.verb === 'repeat') return () => `${fact.path}[]/`;
  return fact.role === 'undo' ? () => `${fact.path}/` : named;
}

function countedPrefix(fact: StepFact, branch: number): () => string {
  if (fact.verb === 'for-each' || fact.verb === 'repeat') return () => `${fact.path}[]/`;
  return fact.verb === 'switch' ? () => `${fact.path}/#${branch + 1}/` : () => `${fact.path}/`;
}

/** Inside an undo, at any depth. */
export function isUndone(fact: StepFact | undefined): boolean {
  return fact !== undefined && (fact.role === 'undo' || isUndone(fact.parent));
}

/** Does `a` come before `b` in a run that takes its lists in their order? */
export function precedes(a: StepFact, b: StepFact): boolean {
  if (a.list !== b.list) return stepLists.indexOf(a.list) < stepLists.indexOf(b.list);
  return a.part.index !== b.part.index ? a.part.index < b.part.index : a.order < b.order;
}

/** Are both members of one list? */
export function together(a: StepFact, b: StepFact): boolean {
  return a.list === b.list && a.parent === b.parent && a.role === b.role && a.branch === b.branch;
}
