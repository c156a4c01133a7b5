import type { Runbook, Step } from './model.ts';

/** A phase of a runbook, or what a step holds: its body, a branch of a `switch`, its fallback, its undo. */
export type ListKind = 'phase' | 'parallel' | 'loop' | 'switch' | 'fallback' | 'undo';
export const phaseLists = ['steps', 'verify', 'on-failure', 'on-cancel', 'finally'] as const;
export type PhaseList = (typeof phaseLists)[number];

/** Steps that stand in one list, in the order written; edges are indexes into `steps`. */
export interface PlannedList {
  readonly key: string;
  readonly kind: ListKind;
  readonly steps: readonly Planned[];
  /** Index → those that must have ended before it, and those that it must have ended before. */
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
  /** How many may run at the same time, where it is limited. */
  readonly max?: number;
}

export interface Planned {
  readonly step: Step;
  readonly list: PlannedList;
  readonly index: number;
  /** The steps around it and the one that it undoes or stands in for, from the outside in: it inherits their env, target and shell. */
  readonly above: readonly Step[];
  /** Of an undo: the step that it takes back. */
  readonly undoes?: Step;
}

/**
 * The steps of a runbook by path, and its lists by key. A list's key is a phase's name, the path of a `parallel`, `PATH/#branch`, `PATH[]`,
 * `fallback/PATH` or the path of the undo.
 *
 * **Paths.** `Step.path` is the pattern of the paths that its instances get in a run: the id, else `#n` counted over its list, behind the prefix
 * of its list. Prefixes: none for `steps`; `verify/`, `on-failure/`, `on-cancel/`, `finally/`; `LOOP[]/` in the body of a loop;
 * `fallback/PATH/`; an undo is `undo/PATH`. Members of `parallel` and `switch` with an id have the prefix of the container's own list, others
 * `CONTAINER/#n` and `CONTAINER/#branch/#n`. In a run each `[]` holds the index of the item or pass, and the path of a `call` and `/` go
 * in front of the steps of the runbook that it calls, behind any `undo/` and `fallback/` (see instancePath).
 */
export interface Plan {
  readonly steps: ReadonlyMap<string, Planned>;
  readonly lists: ReadonlyMap<string, PlannedList>;
  /** What no order of steps can satisfy; a runbook with one is not started. */
  readonly faults: readonly PlanFault[];
}

export interface PlanFault {
  readonly kind: 'path-taken' | 'path-reserved' | 'needs-unknown' | 'needs-circle';
  readonly path: string;
}

/** A call of one of these names would give its steps the paths of others. */
export const reservedPaths: readonly string[] = [...phaseLists.slice(1), 'undo', 'fallback'];

const plans = new WeakMap<Runbook, Plan>();

/** Made once for each runbook object, which must not change afterwards. */
export function planOf(runbook: Runbook): Plan {
  const known = plans.get(runbook);
  if (known !== undefined) return known;
  const plan = makePlan(runbook);
  plans.set(runbook, plan);
  return plan;
}

interface Around {
  readonly above: readonly Step[];
  readonly undoes?: Step;
  readonly max?: number;
}

function makePlan(runbook: Runbook): Plan {
  const steps = new Map<string, Planned>();
  const lists = new Map<string, PlannedList>();
  const faults: PlanFault[] = [];

  function addList(key: string, kind: ListKind, members: readonly Step[], { above, undoes, max }: Around): void {
    const planned: Planned[] = [];
    const { before, unknown } = edges(members, kind);
    const list: PlannedList = {
      key,
      kind,
      steps: planned,
      before,
      after: reversed(before),
      ...(max === undefined ? {} : { max }),
    };
    if (lists.has(key)) faults.push({ kind: 'path-taken', path: key });
    lists.set(key, list);
    faults.push(...unknown.map((path): PlanFault => ({ kind: 'needs-unknown', path })));
    const first = members[0];
    if (first !== undefined && isCircular(list)) faults.push({ kind: 'needs-circle', path: first.path });
    for (const [index, step] of members.entries()) {
      if (steps.has(step.path)) faults.push({ kind: 'path-taken', path: step.path });
      if (step.verb.kind === 'call' && reservedPaths.includes(step.path)) faults.push({ kind: 'path-reserved', path: step.path });
      const one: Planned = { step, list, index, above, ...(undoes === undefined ? {} : { undoes }) };
      planned.push(one);
      steps.set(step.path, one);
      addInside(step, [...above, step]);
    }
  }

  function addInside(step: Step, above: readonly Step[]): void {
    const { verb, path } = step;
    if (verb.kind === 'parallel') addList(path, 'parallel', verb.steps, { above, max: verb.maxParallel });
    else if (verb.kind === 'for-each' || verb.kind === 'repeat') addList(`${path}[]`, 'loop', verb.steps, { above });
    else if (verb.kind === 'switch')
      for (const [branch, { steps }] of verb.branches.entries()) addList(`${path}/#${branch + 1}`, 'switch', steps, { above });
    if (step.fallback !== undefined) addList(`fallback/${path}`, 'fallback', step.fallback, { above });
    if (step.undo !== undefined) addList(step.undo.path, 'undo', [step.undo], { above, undoes: step });
  }

  for (const phase of phaseLists) addList(phase, 'phase', stepsOf(runbook, phase), { above: [] });
  return { steps, lists, faults };
}

export function stepsOf(runbook: Runbook, phase: PhaseList): readonly Step[] {
  switch (phase) {
    case 'on-failure':
      return typeof runbook.onFailure === 'string' ? [] : runbook.onFailure;
    case 'on-cancel':
      return runbook.onCancel;
    default:
      return runbook[phase];
  }
}

/** In a list a step without `needs` follows the one before; in `parallel` it follows none. */
function edges(members: readonly Step[], kind: ListKind): { before: number[][]; unknown: string[] } {
  const ids = new Map(members.flatMap(({ id }, index) => (id === undefined ? [] : [[id, index] as const])));
  const unknown: string[] = [];
  const before = members.map(({ needs, path }, index) => {
    if (needs === undefined) return kind === 'parallel' || index === 0 ? [] : [index - 1];
    const found = new Set(needs.flatMap((id) => ids.get(id) ?? []));
    if (found.size < new Set(needs).size) unknown.push(path);
    return [...found];
  });
  return { before, unknown };
}

function reversed(before: readonly (readonly number[])[]): number[][] {
  const after: number[][] = before.map(() => []);
  for (const [index, needed] of before.entries()) for (const one of needed) after[one]?.push(index);
  return after;
}

/** Steps are taken away as long as one needs nothing that is left; in a circle some stay. */
function isCircular({ before, after }: PlannedList): boolean {
  const open = before.map((needed) => needed.length);
  const free = open.flatMap((count, index) => (count === 0 ? [index] : []));
  for (const index of free) {
    for (const other of after[index] ?? []) {
      const left = (open[other] ?? 0) - 1;
      open[other] = left;
      if (left === 0) free.push(other);
    }
  }
  return free.length < before.length;
}

/** The steps that a run shows from its start, each with those that it holds for certain: what is in a loop, an undo or a fallback is not known before. */
export function comingSteps({ lists }: Plan): readonly Planned[] {
  const found: Planned[] = [];
  const add = (list: PlannedList | undefined): void => {
    for (const planned of list?.steps ?? []) {
      found.push(planned);
      const { verb, path } = planned.step;
      if (verb.kind === 'parallel') add(lists.get(path));
      else if (verb.kind === 'switch') for (const branch of verb.branches.keys()) add(lists.get(`${path}/#${branch + 1}`));
    }
  };
  for (const phase of ['steps', 'verify', 'finally']) add(lists.get(phase));
  return found;
}

/** The path of one instance of a step: `called` is the path of the call that leads to its runbook, `indexes` those of the loops around it. */
export function instancePath(pattern: string, called: string, indexes: readonly number[]): string {
  let path = pattern;
  if (indexes.length > 0) {
    const [first = '', ...rest] = pattern.split('[]');
    path = rest.reduce((text, part, at) => `${text}[${indexes[at] ?? ''}]${part}`, first);
  }
  if (called === '') return path;
  const marks = /^(?:(?:undo|fallback)\/)*/.exec(path)?.[0] ?? '';
  return `${marks}${called}/${path.slice(marks.length)}`;
}
