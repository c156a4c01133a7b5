import { precedes, type StepFact } from './steps.ts';

/** Why an expression cannot read a step. */
export type Unseen =
  /** It stands in the step itself, or in a container around it that has not ended. */
  | 'self'
  | 'around'
  | 'later'
  /** In another branch of the same `parallel` or `switch`. */
  | 'branch'
  /** Inside the body of a `for-each`, seen from outside. */
  | 'loop'
  /** Of the same list, but `needs` does not say that it comes first. */
  | 'not-needed';

/** What in a step reads others: its body's condition is evaluated after the body, its outputs after everything in it. */
export type Reader = 'start' | 'end';

export interface Needs {
  /** Both of one list: has `target` ended when `from` starts, by the order of the list or by what `needs` says? Of a circle each comes before itself. */
  comesFirst(target: StepFact, from: StepFact): boolean;
}

/**
 * Whether an expression in `from` (undefined: at the end of the run) can read `target`, and if not, why.
 * A step sees those before it and what is in them, except the inside of loops; an undo and a fallback see the step they belong to.
 */
export function unseen(target: StepFact, from: StepFact | undefined, reader: Reader, { comesFirst }: Needs): Unseen | undefined {
  const inList = (one: StepFact, other: StepFact): Unseen | undefined =>
    comesFirst(one, other) ? undefined : precedes(one, other) && !comesFirst(other, one) ? 'not-needed' : 'later';
  const inside = ancestors(target);
  const own = new Set(from ? ancestors(from) : []);
  for (const [index, outer] of inside.entries()) {
    if (index > 0 && outer.verb === 'for-each' && inside[index - 1]?.role === 'step' && !within(outer, from, own)) return 'loop';
  }
  if (!from) return undefined;
  // A rollback comes last: an undo sees everything.
  if (from.role === 'undo' && target !== from) return undefined;
  if (target === from) return 'self';
  if (own.has(target)) return leadsBy(target, from) === 'step' ? 'around' : undefined;
  if (inside.includes(from)) return reader === 'end' ? undefined : 'later';
  // What is undone is undone at the end.
  if ((from.list === 'steps' || from.list === 'verify') && inside.some((one) => one.role === 'undo' && !own.has(one))) return 'later';
  const common = inside.find((one) => own.has(one));
  const ahead = below(inside, common);
  const here = below(ancestors(from), common);
  if (!ahead || !here) return undefined;
  if (!common) return ahead.list === here.list ? inList(ahead, here) : precedes(ahead, here) ? undefined : 'later';
  if (here.role === 'undo' || (here.role === 'fallback' && ahead.role !== 'fallback')) return undefined;
  if (ahead.role !== here.role) return 'later';
  if (here.role === 'step' && ahead.branch !== here.branch) return 'branch';
  // Branches of `parallel` follow each other only where `needs` says so.
  if (here.role === 'step' && common.verb === 'parallel') return comesFirst(ahead, here) ? undefined : 'branch';
  return inList(ahead, here);
}

/** The step and all around it, from the inside out. */
function ancestors(step: StepFact): StepFact[] {
  const chain: StepFact[] = [];
  for (let one: StepFact | undefined = step; one; one = one.parent) chain.push(one);
  return chain;
}

/** The member of the chain that stands directly in `outer`, or at the top. */
function below(chain: readonly StepFact[], outer: StepFact | undefined): StepFact | undefined {
  return chain.find((one) => one.parent === outer);
}

/** How `from` hangs on the step around it: as a part of its body, or as its undo or fallback. */
function leadsBy(outer: StepFact, from: StepFact): StepFact['role'] {
  let role: StepFact['role'] = from.role;
  for (let one: StepFact | undefined = from; one && one !== outer; one = one.parent) role = one.role;
  return role;
}

/** In the body of the loop, not beside it as its undo or fallback. */
function within(loop: StepFact, from: StepFact | undefined, own: ReadonlySet<StepFact>): boolean {
  return from !== undefined && own.has(loop) && from !== loop && leadsBy(loop, from) === 'step';
}
