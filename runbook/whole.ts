import type { Document, NamedFact } from './document.ts';
import type { Needs } from './sees.ts';
import { precedes, type StepFact, type StepList } from './steps.ts';
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
  /** In `env` at the top. Case counts, unlike elsewhere. */
  variable(name: string): NamedFact | undefined;
  /** `on-failure` is `rollback`. */
  rollsBack(): boolean;
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
    variable: (name) => {
      const entry = entryOf(valueIn(document.root, 'env'), name);
      return entry && { name, range: entry.key.range, node: entry.value };
    },
    rollsBack: () => stringOf(valueIn(document.root, 'on-failure')) === 'rollback',
    any: (list) => count(list) > 0,
    count,
    has: (key) => entryOf(document.root, key) !== undefined,
    readable: () => document.syntax.problems.length === 0,
    comesFirst: (target, from) => needs()(from)?.has(target) ?? precedes(target, from),
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

/** Before a step, by its list: undefined where the order of the list decides, because none of its steps says what it needs. */
export function needsOf(steps: readonly StepFact[]): (step: StepFact) => ReadonlySet<StepFact> | undefined {
  const lists = new Map<string, StepFact[]>();
  const places = new Map(steps.map((step, index) => [step, index]));
  for (const step of steps) {
    const around = step.parent === undefined ? step.list : places.get(step.parent);
    push(lists, `${around} ${step.role} ${step.branch}`, step);
  }
  const direct = new Map<StepFact, readonly StepFact[]>();
  for (const list of lists.values()) {
    const parallel = list[0]?.role === 'step' && list[0].parent?.verb === 'parallel';
    if (!parallel && !list.some((step) => entryOf(step.node, 'needs'))) continue;
    for (const [index, step] of list.entries()) direct.set(step, neededBy(list, index, parallel));
  }
  const known = new Map<StepFact, ReadonlySet<StepFact>>();
  return (step) => {
    if (!direct.has(step)) return undefined;
    const found = known.get(step) ?? reachable(step, direct);
    known.set(step, found);
    return found;
  };
}

function neededBy(list: readonly StepFact[], index: number, parallel: boolean): readonly StepFact[] {
  const step = list[index];
  const needs = step && valueIn(step.node, 'needs');
  if (!needs) return parallel ? [] : list.slice(Math.max(0, index - 1), index);
  // One id without its brackets has its own diagnostic.
  const ids = new Set((needs.kind === 'list' ? needs.items : [needs]).map((item) => stringOf(item)?.toLowerCase()));
  return list.filter((one) => one !== step && one.id && ids.has(one.id.name.toLowerCase()));
}

function reachable(step: StepFact, direct: ReadonlyMap<StepFact, readonly StepFact[]>): ReadonlySet<StepFact> {
  const found = new Set<StepFact>();
  const open = [...(direct.get(step) ?? [])];
  for (let one = open.pop(); one; one = open.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    open.push(...(direct.get(one) ?? []));
  }
  return found;
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
