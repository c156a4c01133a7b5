import type { ActionManifest } from './core/action.ts';
import type { StepFact } from './document.ts';
import { noSurroundings, type Surroundings } from './surroundings.ts';
import { type Entry, entriesOf, entryOf, type Node, stringOf, valueIn } from './syntax/tree.ts';

export type ValueType = 'string' | 'number' | 'boolean' | 'list' | 'object' | 'any';

/** What every script has, whatever it writes to `$RUNWRIGHT_OUTPUT`. */
export const scriptOutputs: Readonly<Record<string, string>> = {
  stdout: 'What the script printed, without trailing line ends.',
  stderr: 'What the script printed as errors, without trailing line ends.',
  'exit-code': "The script's exit code; 128 + n when signal n ended it.",
};

export interface Outputs {
  readonly names: readonly string[];
  /** Of those whose type is known. */
  readonly types: ReadonlyMap<string, ValueType>;
  /** It can have no others. */
  readonly complete: boolean;
}

/** The outputs that can be known of a step. Of another step's keys only those are read that say what it returns. */
export function outputsOf(
  step: StepFact,
  actions: ReadonlyMap<string, ActionManifest>,
  around: Pick<Surroundings, 'called'> = noSurroundings,
): Outputs {
  const types = new Map<string, ValueType>();
  const complete = ofVerb(step, types, actions, around);
  for (const entry of entriesOf(valueIn(step.node, 'outputs'))) add(types, entry);
  // What stands in for the step has outputs of its own.
  return { names: [...types.keys()], types, complete: complete && !entryOf(step.node, 'fallback') };
}

function ofVerb(
  { verb, uses, node }: StepFact,
  types: Map<string, ValueType>,
  actions: ReadonlyMap<string, ActionManifest>,
  around: Pick<Surroundings, 'called'>,
): boolean {
  switch (verb) {
    case 'run':
      for (const name of Object.keys(scriptOutputs)) types.set(name, name === 'exit-code' ? 'number' : 'string');
      return false;
    case 'uses': {
      const manifest = uses === undefined ? undefined : actions.get(uses);
      for (const [name, { type }] of Object.entries(manifest?.outputs ?? {})) types.set(name, type);
      return manifest !== undefined;
    }
    case 'for-each':
      types.set('items', 'list');
      return true;
    case 'repeat':
      types.set('passes', 'number');
      return false;
    case 'set':
      for (const entry of entriesOf(valueIn(node, 'set'))) add(types, entry);
      return true;
    case 'call': {
      const path = stringOf(valueIn(node, 'call'));
      const called = path === undefined ? undefined : around.called(path);
      if (called === undefined || called === 'missing') return false;
      for (const name of called.outputs) types.set(name, 'any');
      return !called.broken;
    }
    default:
      return false;
  }
}

function add(types: Map<string, ValueType>, { key, value }: Entry): void {
  types.set(key.source, typeOfNode(value));
}

/** Of a value as written; one with an expression may be anything. */
export function typeOfNode(node: Node): ValueType {
  if (node.kind === 'list') return 'list';
  if (node.kind === 'map') return 'object';
  if (typeof node.value === 'string') return node.value.includes('${{') ? 'any' : 'string';
  if (typeof node.value === 'number') return 'number';
  return typeof node.value === 'boolean' ? 'boolean' : 'any';
}

/** How a message names another step: not by its line, which moves with every edit in front of it. */
export function labelOf(step: StepFact): string {
  const name = stringOf(valueIn(step.node, 'name'));
  if (name !== undefined) return `the step “${name.slice(0, 60)}”`;
  if (step.role === 'undo') return `the \`undo\` of ${step.parent ? labelOf(step.parent) : 'a step'}`;
  return step.list === 'steps' && !step.parent ? 'an earlier step' : `a step of \`${step.parent?.verb ?? step.list}\``;
}
