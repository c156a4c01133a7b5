import { type VerbKey, verbs } from '../steps.ts';
import { runbookSchema, type Schema } from './schema.ts';

/** The keys of a step that have a meaning beside certain verbs only, with those verbs. Read out of the schema, so that both say the same. */
export const verbsOf: ReadonlyMap<string, readonly VerbKey[]> = new Map(
  Object.entries(runbookSchema.definitions?.step?.dependencies ?? {}).flatMap(([key, needed]) =>
    isVerb(key) ? [] : [[key, namesIn(needed).filter(isVerb)] as const],
  ),
);

function namesIn(needed: readonly string[] | Schema): readonly string[] {
  return isList(needed) ? needed : (needed.anyOf ?? []).flatMap(({ required }) => required ?? []);
}

function isList(value: readonly string[] | Schema): value is readonly string[] {
  return Array.isArray(value);
}

function isVerb(key: string): key is VerbKey {
  return (verbs as readonly string[]).includes(key);
}
