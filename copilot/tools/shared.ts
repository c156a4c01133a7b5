import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { gather, type Material } from '../context/gather.ts';
import type { OpenRunbook } from '../context/ports.ts';
import type { ToolPorts } from './ports.ts';
import { type ToolInput, textOf } from './tool.ts';

export const runParameter = {
  type: 'string',
  minLength: 1,
  maxLength: 200,
  description: 'Id of the run; without it the run that the conversation is about.',
} satisfies JsonObject;

export const runbookParameter = {
  type: 'string',
  minLength: 1,
  maxLength: 500,
  description: 'The runbook as find_runbook names it; without it the one that is open.',
} satisfies JsonObject;

export const searchParameter = (what: string): JsonObject => ({ type: 'string', maxLength: 200, description: what });

export const listParameters = (most: number): JsonObject => ({
  offset: { type: 'integer', minimum: 0, maximum: 100_000, description: 'How many to leave out from the beginning. Default 0.' },
  limit: { type: 'integer', minimum: 1, maximum: most, description: `How many to give at most, up to ${most}. Default 20.` },
});

/** The run that is meant, with what is known about it. Rejects with the engine's own words where there is none of that id. */
export const materialOf = ({ sources }: ToolPorts, input: ToolInput): Promise<Material> => {
  const run = textOf(input, 'run');
  return gather(run === undefined ? sources : { ...sources, run });
};

export const noRun = 'No run is meant: give its id, which list_runs has.';
export const noRunbook = 'No runbook is open: name one, as find_runbook does.';

/** The open runbook, or the one of the workspace with that name: never a path that a model made up. */
export async function runbookOf(ports: ToolPorts, name: string | undefined): Promise<OpenRunbook | { readonly why: string }> {
  const open = await ports.sources.documents?.open();
  if (name === undefined) return open ?? { why: noRunbook };
  const entry = await entryOf(ports, name);
  if (entry === undefined) return { why: `There is no runbook ${name} in the workspace; find_runbook lists them.` };
  if (open !== undefined && entry.file === open.file) return open;
  const text = await entry.read();
  return { file: entry.file, text, unsaved: false, diagnostics: await ports.language.check(text, entry.file) };
}

export async function entryOf({ library }: ToolPorts, name: string) {
  return (await library?.list())?.find((one) => one.name === name);
}

export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** How well texts fit what is searched: every word counts where it begins one of theirs. 0 where none of them is there. */
export function fit(search: string, texts: readonly (string | undefined)[]): number {
  const wanted = wordsOf(search);
  if (wanted.length === 0) return 1;
  const given = texts.map((text) => wordsOf(text ?? ''));
  let sum = 0;
  for (const word of wanted) {
    const best = given.reduce((most, words, index) => {
      const exact = words.includes(word)
        ? 2
        : words.some((one) => one.startsWith(word) || (word.length > 4 && one.length > 4 && word.startsWith(one)))
          ? 1
          : 0;
      return Math.max(most, exact * (texts.length - index));
    }, 0);
    sum += best;
  }
  return sum;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** A part of a list, and how long the list is. */
export function page<T>(
  all: readonly T[],
  input: ToolInput,
): { readonly total: number; readonly offset: number; readonly items: readonly T[] } {
  const offset = typeof input.offset === 'number' ? input.offset : 0;
  const limit = typeof input.limit === 'number' ? input.limit : 20;
  return { total: all.length, offset, items: all.slice(offset, offset + limit) };
}
