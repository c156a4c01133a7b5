import type { ActionManifest } from './core/action.ts';
import { type Part, readList, type StepFact, stepLists } from './steps.ts';
import type { Range } from './syntax/lines.ts';
import { Lines } from './syntax/lines.ts';
import type { Syntax } from './syntax/parse.ts';
import { type Entry, entriesOf, itemsOf, type Node, stringOf, valueIn } from './syntax/tree.ts';

export { type Part, type StepFact, type StepList, stepLists, type VerbKey, verbs } from './steps.ts';

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
  /** All of them, list by list; what is inside a step right after it. */
  readonly steps: readonly StepFact[];
  readonly inputs: readonly NamedFact[];
  readonly secrets: readonly NamedFact[];
  readonly targets: readonly NamedFact[];
  readonly actions: ReadonlyMap<string, ActionManifest>;
}

export function readDocument(text: string, syntax: Syntax, actions: readonly ActionManifest[]): Document {
  const root = syntax.root;
  const part: Part = { index: 0 };
  return {
    text,
    lines: new Lines(text),
    syntax,
    root,
    steps: stepLists.flatMap((list) => readList(list, valueIn(root, list), part)),
    inputs: entriesOf(valueIn(root, 'inputs')).map(named),
    secrets: itemsOf(valueIn(root, 'secrets')).flatMap((node) => {
      const name = stringOf(node);
      return name === undefined ? [] : [{ name, range: node.range, node }];
    }),
    targets: entriesOf(valueIn(root, 'targets')).map(named),
    actions: new Map(actions.map((action) => [action.name, action])),
  };
}

function named(entry: Entry): NamedFact {
  return { name: entry.key.source, range: entry.key.range, node: entry.value };
}
