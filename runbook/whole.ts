import type { Document, NamedFact } from './document.ts';
import type { Needs } from './sees.ts';
import { type StepFact, type StepList, together } from './steps.ts';
import { entryOf, itemsOf, stringOf, valueIn } from './syntax/tree.ts';

/**
 * What a rule may ask about the rest of the runbook. Findings are kept until one of the answers changes,
 * so a rule asks for as little as it needs: one name where it can, all of them only to say what else there is.
 * Names ignore case, as they do in a run.
 */
export interface Whole extends Needs {
  /** The first one with the id. */
  step(id: string): StepFact | undefined;
  /** All with the id, in the order of a run. */
  stepsNamed(id: string): readonly StepFact[];
  /** Of all steps that have one. */
  steps(): readonly StepFact[];
  input(name: string): NamedFact | undefined;
  inputs(): readonly NamedFact[];
  secret(name: string): NamedFact | undefined;
  secrets(): readonly NamedFact[];
  target(name: string): NamedFact | undefined;
  targets(): readonly NamedFact[];
  /** There is something in the list at the top. */
  any(list: StepList): boolean;
  /** How many steps the list at the top has. */
  count(list: StepList): number;
  /** Something at the top has this key, such as `defaults`; what is under it is read by the entry's own part only. */
  has(key: string): boolean;
  /** All of the text could be read: what is missing is not hidden behind a mistake in the YAML. */
  readable(): boolean;
}

/** Each answer is worked out when it is first asked for. */
export function wholeOf(document: Document): Whole {
  const named = once(() => {
    const found = new Map<string, StepFact[]>();
    for (const step of document.steps) if (step.id) push(found, step.id.name.toLowerCase(), step);
    return found;
  });
  const inputs = once(() => byName(document.inputs));
  const secrets = once(() => byName(document.secrets));
  const targets = once(() => byName(document.targets));
  const needs = once(() => needsOf(document.steps));
  const count = (list: StepList) => itemsOf(valueIn(document.root, list)).length;
  return {
    step: (id) => named().get(id.toLowerCase())?.[0],
    stepsNamed: (id) => named().get(id.toLowerCase()) ?? [],
    steps: () => document.steps.filter((step) => step.id),
    input: (name) => inputs().get(name.toLowerCase()),
    inputs: () => document.inputs,
    secret: (name) => secrets().get(name.toLowerCase()),
    secrets: () => document.secrets,
    target: (name) => targets().get(name.toLowerCase()),
    targets: () => document.targets,
    any: (list) => count(list) > 0,
    count,
    has: (key) => entryOf(document.root, key) !== undefined,
    readable: () => document.syntax.problems.length === 0,
    comesFirst: (target, from) => needs()(from)?.has(target) ?? true,
  };
}

/** Makes a value when it is first wanted. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Before a step, by its list: undefined where no step of the list says what it needs. */
export function needsOf(steps: readonly StepFact[]): (step: StepFact) => ReadonlySet<StepFact> | undefined {
  if (!steps.some((step) => entryOf(step.node, 'needs'))) return () => undefined;
  const known = new Map<StepFact, ReadonlySet<StepFact>>();
  const lists: StepFact[][] = [];
  for (const step of steps) {
    const list = lists.find(([first]) => first && together(first, step));
    if (list) list.push(step);
    else lists.push([step]);
  }
  for (const list of lists) {
    if (!list.some((step) => entryOf(step.node, 'needs'))) continue;
    for (const [index, step] of list.entries()) {
      const before = new Set<StepFact>();
      for (const one of neededBy(list, index)) {
        before.add(one);
        for (const earlier of known.get(one) ?? []) before.add(earlier);
      }
      known.set(step, before);
    }
  }
  return (step) => known.get(step);
}

function neededBy(list: readonly StepFact[], index: number): readonly StepFact[] {
  const step = list[index];
  const needs = step && valueIn(step.node, 'needs');
  if (!needs) return list.slice(Math.max(0, index - 1), index);
  const ids = new Set(itemsOf(needs).map((item) => stringOf(item)?.toLowerCase()));
  return list.filter((one) => one !== step && one.id && ids.has(one.id.name.toLowerCase()));
}

/** Of two with one name the first is meant. */
function byName(facts: readonly NamedFact[]): ReadonlyMap<string, NamedFact> {
  return new Map(facts.toReversed().map((fact) => [fact.name.toLowerCase(), fact]));
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
