import type { ActionManifest } from './core/action.ts';
import type { Schema } from './schema/schema.ts';
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
  /** Of the file, where it is no runbook. */
  readonly schema?: Schema;
}

export function readDocument(text: string, syntax: Syntax, actions: readonly ActionManifest[], lines = new Lines(text)): Document {
  return {
    text,
    lines,
    syntax,
    root: syntax.root,
    ...declared(syntax.root, { index: 0 }),
    actions: byName(actions),
  };
}

export const byName = (actions: readonly ActionManifest[]): Document['actions'] => new Map(actions.map((action) => [action.name, action]));

export type Declared = Pick<Document, 'steps' | 'inputs' | 'secrets' | 'targets'>;

/** What the keys of a root declare. `before`: how many items of the list other parts hold in front. */
export function declared(root: Node | undefined, part: Part, before?: () => number): Declared {
  return {
    steps: stepLists.flatMap((list) => readList(list, valueIn(root, list), part, before)),
    inputs: entriesOf(valueIn(root, 'inputs')).map(named),
    secrets: itemsOf(valueIn(root, 'secrets')).flatMap((node) => {
      const name = stringOf(node);
      return name === undefined ? [] : [new Named(name, node, node)];
    }),
    targets: entriesOf(valueIn(root, 'targets')).map(named),
  };
}

/** Its range moves with the text. */
class Named implements NamedFact {
  readonly name: string;
  readonly node: Node;
  readonly #key: Node;

  constructor(name: string, key: Node, node: Node) {
    this.name = name;
    this.node = node;
    this.#key = key;
  }

  get range(): Range {
    return this.#key.range;
  }
}

function named({ key, value }: Entry): NamedFact {
  return new Named(key.source, key, value);
}
