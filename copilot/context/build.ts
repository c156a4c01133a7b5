import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { definitionData } from './definition.ts';
import { frame, oneLine } from './frame.ts';
import { gather, type Material, mostSteps } from './gather.ts';
import { errorsData, instanceData } from './instance.ts';
import { Masker, type Redaction } from './mask.ts';
import type { Sources } from './ports.ts';
import { type Data, shortenRules } from './shorten.ts';

/** One part of the context: `text` begins with `heading` and is sent as it is. */
export interface Block {
  readonly heading: string;
  readonly text: string;
  readonly characters: number;
  readonly redactions: readonly Redaction[];
  /** Which rules made it smaller; without it, it is whole. */
  readonly summary?: string;
}

export interface Context {
  readonly blocks: readonly Block[];
  /** The blocks' texts, joined: what a model gets. */
  readonly text: string;
  /** What could not be read, in sentences. */
  readonly notes: readonly string[];
  readonly material: Material;
}

export const headings = {
  definition: '## Current Workflow Definition Context',
  instance: '## Current Workflow Instance State',
  errors: '## Workflow Instance Errors',
  selection: '## Selected Activity Context',
} as const;

/**
 * What is known about what is open and what went wrong, as a model gets it and as a person is shown it: the one place that builds it.
 * Secrets are hidden. Above `budget` characters it is made smaller by named rules, and each block says by which.
 */
export async function buildContext(sources: Sources, budget = Number.POSITIVE_INFINITY): Promise<Context> {
  const material = await gather(sources);
  const keep = new Set(
    [material.step, ...(material.run?.steps ?? []).filter((step) => step.error !== undefined).map((step) => step.id)].filter(
      (id) => id !== undefined,
    ),
  );
  const masked = mask({
    definition: material.open && definitionData(material.open, material.runbook),
    instance: material.run && instanceData(material.run),
    errors: material.run && errorsData(material.run, material.outputs),
  });
  let data = masked.data;
  const used = new Map<keyof Data, string[]>();
  if (material.run?.stepsLeftOut !== undefined) used.set('instance', [leftOut]);
  let blocks = render(data, masked.redactions, used, material.step);
  for (const rule of shortenRules) {
    if (size(blocks) <= budget) break;
    const smaller = rule.apply(data, keep);
    for (const key of parts) {
      if (smaller[key] !== data[key]) used.set(key, [...(used.get(key) ?? []), rule.sentence]);
    }
    // Long ones are not written out again for nothing.
    const same = blocks.filter(({ heading }) => parts.some((key) => headings[key] === heading && smaller[key] === data[key]));
    data = smaller;
    blocks = render(data, masked.redactions, used, material.step, same);
  }
  return { blocks, text: blocks.map((block) => block.text).join('\n\n'), notes: material.notes, material };
}

const leftOut = `of a run of over ${mostSteps.toLocaleString('en')} steps those that did not go well`;

const parts = ['definition', 'instance', 'errors'] as const satisfies readonly (keyof Data)[];
const size = (blocks: readonly Block[]) => blocks.reduce((sum, block) => sum + block.characters + 2, 0);

type Redactions = Partial<Record<keyof Data, readonly Redaction[]>>;

function mask(data: Data): { data: Data; redactions: Redactions } {
  const redactions: Redactions = {};
  const part = (key: keyof Data): JsonObject | undefined => {
    const value = data[key];
    if (value === undefined) return undefined;
    const masker = new Masker();
    const hidden = masker.json(value);
    redactions[key] = masker.redactions;
    return hidden as JsonObject;
  };
  return { data: { definition: part('definition'), instance: part('instance'), errors: part('errors') }, redactions };
}

function render(
  data: Data,
  redactions: Redactions,
  used: ReadonlyMap<keyof Data, readonly string[]>,
  step: string | undefined,
  same: readonly Block[] = [],
): Block[] {
  const blocks = parts.flatMap((key) => {
    const value = data[key];
    if (value === undefined) return [];
    return [same.find(({ heading }) => heading === headings[key]) ?? dataBlock(headings[key], value, redactions[key] ?? [], used.get(key))];
  });
  if (step === undefined) return blocks;
  return [...blocks, block(headings.selection, `${headings.selection}\nActivity ID: ${oneLine(step)}`, [])];
}

export function dataBlock(heading: string, value: Json, redactions: readonly Redaction[], rules?: readonly string[]): Block {
  return block(heading, frame(heading, value), redactions, rules && `Shortened to fit the model: ${rules.join('; ')}.`);
}

function block(heading: string, body: string, redactions: readonly Redaction[], summary?: string): Block {
  // The model is told as well: it must not take the part for the whole.
  const text = summary === undefined ? body : `${body}\n${summary}`;
  return { heading, text, characters: text.length, redactions, ...(summary === undefined ? {} : { summary }) };
}
