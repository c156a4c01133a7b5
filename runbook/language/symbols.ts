import type { Document, StepFact } from '../document.ts';
import type { Range } from '../syntax/lines.ts';
import { type Entry, entriesOf, entryRange, type Node, stringOf, valueIn } from '../syntax/tree.ts';

export interface OutlineSymbol {
  readonly name: string;
  readonly detail?: string;
  readonly kind: 'section' | 'step' | 'action' | 'gate' | 'group' | 'call' | 'input' | 'secret' | 'target' | 'value';
  readonly range: Range;
  /** Within `range`: what to select. */
  readonly selection: Range;
  readonly children: readonly OutlineSymbol[];
}

/** The outline: sections with their inputs, secrets and steps. */
export function symbols(document: Document): OutlineSymbol[] {
  return entriesOf(document.root).flatMap((entry) => (entry.merged ? [] : [section(document, entry)]));
}

function section(document: Document, entry: Entry): OutlineSymbol {
  const { key, value } = entry;
  const range = entryRange(entry);
  return {
    name: key.source,
    detail: value.kind === 'scalar' ? (stringOf(value)?.split('\n')[0] ?? '').slice(0, 80) || undefined : undefined,
    kind: value.kind === 'scalar' ? 'value' : 'section',
    range,
    selection: key.range,
    children: children(document, key.source, value).filter((child) => child.range.start >= range.start && child.range.end <= range.end),
  };
}

function children(document: Document, key: string, value: Node): OutlineSymbol[] {
  const steps = document.steps.filter((step) => step.list === key && !step.parent);
  if (steps.length > 0) return steps.map(stepSymbol);
  if (key === 'secrets')
    return document.secrets.map(({ name, range }) => ({ name, kind: 'secret', range, selection: range, children: [] }));
  return entriesOf(value).flatMap((entry): OutlineSymbol[] => {
    if (entry.merged) return [];
    const type = stringOf(valueIn(entry.value, 'type'));
    const detail = key === 'inputs' ? (type ?? 'string') : key === 'targets' ? type : undefined;
    return [
      {
        name: entry.key.source,
        detail,
        kind: key === 'inputs' ? 'input' : key === 'targets' ? 'target' : 'value',
        range: entryRange(entry),
        selection: entry.key.range,
        children: [],
      },
    ];
  });
}

function stepSymbol(step: StepFact): OutlineSymbol {
  const name = stringOf(valueIn(step.node, 'name'));
  const range = step.node.range;
  const selection =
    step.id && step.id.node.range.start >= range.start && step.id.node.range.end <= range.end
      ? step.id.node.range
      : { start: range.start, end: range.start };
  return {
    name: step.id?.name || name || step.path,
    detail: step.id ? name : (step.uses ?? (step.verb === 'run' ? undefined : step.verb)),
    kind: (step.verb && kinds[step.verb]) ?? 'step',
    range,
    selection,
    children: [
      ...step.steps.map(stepSymbol),
      ...step.fallback.map((one) => ({ ...stepSymbol(one), name: `fallback ${one.id?.name ?? ''}`.trimEnd() })),
      ...(step.undo ? [{ ...stepSymbol(step.undo), name: 'undo' }] : []),
      // What an alias repeats is shown where it is written.
    ].filter((child) => child.range.start >= range.start && child.range.end <= range.end),
  };
}

const kinds: Readonly<Partial<Record<NonNullable<StepFact['verb']>, OutlineSymbol['kind']>>> = {
  uses: 'action',
  approve: 'gate',
  parallel: 'group',
  'for-each': 'group',
  repeat: 'group',
  switch: 'group',
  call: 'call',
};
