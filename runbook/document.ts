import type { ActionManifest } from './core/action.ts';
import type { Range } from './syntax/lines.ts';
import { Lines } from './syntax/lines.ts';
import type { Syntax } from './syntax/parse.ts';
import {
  type Entry,
  entriesOf,
  entryOf,
  itemsOf,
  type MapNode,
  type Node,
  type ScalarNode,
  stringOf,
  textOf,
  valueIn,
} from './syntax/tree.ts';

export const stepLists = ['steps', 'verify', 'on-failure', 'finally'] as const;
export type StepList = (typeof stepLists)[number];
export const verbs = ['run', 'uses', 'approve'] as const;
export type VerbKey = (typeof verbs)[number];

/** A step as written, complete or not. */
export interface StepFact {
  /** As in core/model.ts. */
  readonly path: string;
  readonly list: StepList;
  /** The step that this one undoes. */
  readonly undoes?: StepFact;
  readonly node: MapNode;
  readonly id?: { readonly name: string; readonly node: ScalarNode };
  readonly verb?: VerbKey;
  readonly uses?: string;
  /** Place in the order of execution; an undo has that of its step. */
  readonly order: number;
  readonly undo?: StepFact;
}

export interface NamedFact {
  readonly name: string;
  readonly range: Range;
  readonly node: Node;
}

/** What a runbook declares, read from a tree that may be broken: whatever is there is found. */
export interface Document {
  readonly text: string;
  readonly lines: Lines;
  readonly syntax: Syntax;
  readonly root: Node | undefined;
  /** All of them, an undo right after its step. */
  readonly steps: readonly StepFact[];
  readonly inputs: readonly NamedFact[];
  readonly secrets: readonly NamedFact[];
  readonly actions: ReadonlyMap<string, ActionManifest>;
}

export function readDocument(text: string, syntax: Syntax, actions: readonly ActionManifest[]): Document {
  const root = syntax.root;
  return {
    text,
    lines: new Lines(text),
    syntax,
    root,
    steps: readSteps(root),
    inputs: entriesOf(valueIn(root, 'inputs')).map(named),
    secrets: itemsOf(valueIn(root, 'secrets')).flatMap((node) => {
      const name = stringOf(node);
      return name === undefined ? [] : [{ name, range: node.range, node }];
    }),
    actions: new Map(actions.map((action) => [action.name, action])),
  };
}

function named(entry: Entry): NamedFact {
  return { name: entry.key.source, range: entry.key.range, node: entry.value };
}

function readSteps(root: Node | undefined): StepFact[] {
  const facts: StepFact[] = [];
  let order = 0;
  const read = (node: Node, list: StepList, path: string, undoes?: StepFact): StepFact | undefined => {
    if (node.kind !== 'map') return undefined;
    const idNode = valueIn(node, 'id');
    const id = stringOf(idNode);
    const fact: { -readonly [K in keyof StepFact]: StepFact[K] } = {
      path: undoes ? `undo/${undoes.path}` : path,
      list,
      undoes,
      node,
      id: id !== undefined && idNode?.kind === 'scalar' ? { name: id, node: idNode } : undefined,
      verb: verbs.find((verb) => entryOf(node, verb)),
      uses: stringOf(valueIn(node, 'uses')),
      order: undoes ? undoes.order : order++,
    };
    facts.push(fact);
    const undo = valueIn(node, 'undo');
    // An undo of an undo is never run and would recurse without end through an alias.
    if (undo && !undoes) fact.undo = read(undo, list, '', fact);
    return fact;
  };
  for (const list of stepLists) {
    itemsOf(valueIn(root, list)).forEach((node, index) => {
      const id = textOf(valueIn(node, 'id'));
      read(node, list, `${list === 'steps' ? '' : `${list}/`}${id ?? `#${index + 1}`}`);
    });
  }
  return facts;
}
