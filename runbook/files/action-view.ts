import type { Entry, MapNode, Node, ScalarNode } from '../syntax/tree.ts';
import { entriesOf, entryOf, valueIn } from '../syntax/tree.ts';

/** The nodes of an action's file under the keys of a runbook; every one keeps its place in the text. */

/** What the action does. `x-` keys, and keys that mean something else in a runbook, are left out. */
export function asRunbook(root: Node | undefined): Node | undefined {
  if (root?.kind !== 'map') return root;
  const same = ['name', 'description', 'risk', 'inputs', 'env', 'steps'].flatMap((key) => entryOf(root, key) ?? []);
  const script = entryOf(root, 'script');
  const steps = script && !entryOf(root, 'steps') ? [entry('steps', list([map(root, stepOf(root, script))], script.value))] : [];
  const outputs = entryOf(root, 'outputs');
  const values = entriesOf(outputs?.value).flatMap(({ key, value, merged }) => {
    const given = valueIn(value, 'value');
    return given === undefined ? [] : [{ key, value: given, merged }];
  });
  const given = outputs && values.length > 0 ? [{ ...outputs, value: map(outputs.value, values) }] : [];
  return map(root, [...same, ...steps, ...given]);
}

/** What takes it back: one step, beside the inputs and the `env`. */
export function asUndo(root: Node | undefined): Node | undefined {
  const undo = entryOf(root, 'undo');
  if (root?.kind !== 'map' || !undo) return undefined;
  const same = ['name', 'inputs', 'env'].flatMap((key) => entryOf(root, key) ?? []);
  return map(root, [...same, entry('steps', list([undo.value], undo.value))]);
}

function stepOf(root: MapNode, script: Entry): Entry[] {
  const shell = entryOf(root, 'shell');
  return [entry('run', script.value, script.key), ...(shell ? [shell] : [])];
}

const map = ({ range }: Node, entries: readonly Entry[]): MapNode => ({ kind: 'map', range, flow: false, entries });
const list = (items: readonly Node[], { range }: Node): Node => ({ kind: 'list', range, flow: false, items });

function entry(name: string, value: Node, written?: ScalarNode): Entry {
  const { range } = written ?? value;
  return { key: { kind: 'scalar', range, value: name, style: 'plain', source: name }, value, merged: false };
}
