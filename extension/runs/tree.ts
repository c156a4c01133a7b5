import type { RunDetail, StepStatus, StepView } from '../../protocol/run.ts';
import { oneLine, plural } from './words.ts';

/** A line of the Runs view below a run. */
export type Branch = StepBranch | GroupBranch;

export interface StepBranch {
  readonly kind: 'step';
  readonly step: StepView;
  readonly children: readonly Branch[];
}

/** Lines that belong together and are no step: an item of a loop, a stretch of items, the rollback. */
export interface GroupBranch {
  readonly kind: 'group';
  readonly what: 'item' | 'pass' | 'stretch' | 'rollback';
  /** Unique in the run; of an item the path that a retry takes: `each[3]`. */
  readonly id: string;
  readonly label: string;
  readonly tally: Tally;
  readonly children: readonly Branch[];
}

/** How many lines stand how; of items each counts as its most telling step. */
export type Tally = Readonly<Partial<Record<StepStatus, number>>>;

/** More items than this are shown in stretches of as many: a view of thousands of lines is of no use to anybody. */
export const stretch = 100;

const trees = new WeakMap<RunDetail, readonly Branch[]>();

/** The steps of a run, below what they are in. Made once for each view of it. */
export function treeOf(run: RunDetail): readonly Branch[] {
  const known = trees.get(run);
  if (known) return known;
  const made = build(run.steps);
  trees.set(run, made);
  return made;
}

function build(steps: readonly StepView[]): Branch[] {
  const known = new Set(steps.map(({ id }) => id));
  const inside = Map.groupBy(steps, ({ id, inside }) => {
    if (id.startsWith('undo/')) return undoing;
    return inside !== undefined && inside !== id && known.has(inside) ? inside : top;
  });
  const branch = (step: StepView): StepBranch => {
    const below = inside.get(step.id) ?? [];
    const children = isLoop(step) ? items(step, below, branch) : below.map(branch);
    return { kind: 'step', step, children };
  };
  const made: Branch[] = (inside.get(top) ?? []).map(branch);
  const undos = (inside.get(undoing) ?? []).map(branch);
  return undos.length === 0
    ? made
    : [...made, { kind: 'group', what: 'rollback', id: 'undo', label: 'Rollback', tally: tallyOf(undos), children: undos }];
}

const top = '';
const undoing = '\0undo';

const isLoop = ({ verb }: StepView): boolean => verb === 'for-each' || verb === 'repeat';

/** The body's steps by item; what stands in for the loop itself comes behind them. */
function items(loop: StepView, below: readonly StepView[], branch: (step: StepView) => StepBranch): Branch[] {
  const byIndex = Map.groupBy(below, ({ id }) => indexIn(loop.id, id));
  const values = itemValues(loop);
  const indexes = [...byIndex.keys()].filter((index) => index !== undefined).sort((a, b) => a - b);
  const made = indexes.map((index): GroupBranch => {
    const children = (byIndex.get(index) ?? []).map(branch);
    const pass = loop.verb === 'repeat';
    const value = values?.[index];
    return {
      kind: 'group',
      what: pass ? 'pass' : 'item',
      id: `${loop.id}[${index}]`,
      label: `${pass ? 'Pass' : 'Item'} ${index + 1}${value === undefined ? '' : `: ${value}`}`,
      tally: tallyOf(children),
      children,
    };
  });
  return [...(made.length > stretch ? stretches(loop, made) : made), ...(byIndex.get(undefined) ?? []).map(branch)];
}

function stretches(loop: StepView, all: readonly GroupBranch[]): GroupBranch[] {
  const count = Math.ceil(all.length / stretch);
  return Array.from({ length: count }, (_, number): GroupBranch => {
    const children = all.slice(number * stretch, (number + 1) * stretch);
    const [first, last] = [children[0], children.at(-1)].map((one) => Number(one?.id.slice(loop.id.length + 1, -1)) + 1);
    const what = loop.verb === 'repeat' ? 'Passes' : 'Items';
    return {
      kind: 'group',
      what: 'stretch',
      id: `${loop.id}#${number}`,
      label: `${what} ${first}–${last}`,
      tally: tallyOf(children),
      children,
    };
  });
}

function indexIn(loop: string, id: string): number | undefined {
  if (!id.startsWith(`${loop}[`)) return undefined;
  const end = id.indexOf(']', loop.length);
  const index = Number(id.slice(loop.length + 1, end));
  return Number.isInteger(index) ? index : undefined;
}

/** What each item is, as soon as the loop tells: with its outputs. */
function itemValues({ outputs }: StepView): readonly (string | undefined)[] | undefined {
  if (!Array.isArray(outputs?.items)) return undefined;
  return outputs.items.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('item' in entry)) return undefined;
    return oneLine(typeof entry.item === 'string' ? entry.item : (JSON.stringify(entry.item) ?? ''), 60);
  });
}

const telling: readonly StepStatus[] = [
  'failed',
  'unknown',
  'waiting_approval',
  'running',
  'pending',
  'undone',
  'succeeded',
  'cancelled',
  'skipped',
];

/** The status that a person wants to know about first. */
export function mostTelling(tally: Tally): StepStatus {
  return telling.find((status) => (tally[status] ?? 0) > 0) ?? 'pending';
}

function statusOf(branch: Branch): StepStatus {
  if (branch.kind === 'step') return branch.step.status;
  return mostTelling(branch.tally);
}

/** Of a stretch each item counts once; of an item each step does. */
function tallyOf(branches: readonly Branch[]): Tally {
  const tally: Partial<Record<StepStatus, number>> = {};
  for (const branch of branches) {
    const status = statusOf(branch);
    tally[status] = (tally[status] ?? 0) + 1;
  }
  return tally;
}

/** `2 failed, 97 succeeded`: the most telling first. `word` gives the words of a status. */
export function tallySentence(tally: Tally, word: (status: StepStatus) => string): string {
  const parts = telling.filter((status) => (tally[status] ?? 0) > 0);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && tally[only] === 1) return word(only);
  return parts.map((status) => `${tally[status]} ${(tally[status] ?? 0) > 1 ? plural(word(status)) : word(status)}`).join(', ');
}

/** Every step that a line holds, itself included. */
export function stepsBelow(branch: Branch): StepView[] {
  const below = branch.children.flatMap(stepsBelow);
  return branch.kind === 'step' ? [branch.step, ...below] : below;
}
