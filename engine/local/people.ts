import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { People } from '../kernel/event.ts';

/**
 * `people.yaml` of the state folder: `people: { ann: [asmith] }` names the token subjects (user names) of each person, `groups: { oncall: [ann, bob] }`
 * the people of each group. Without it nobody is known. Throws `people-invalid`.
 */
export async function readPeople(stateFolder: string): Promise<People> {
  const file = join(stateFolder, 'people.yaml');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { people: {}, groups: {} };
    throw wrong(file, 'the engine cannot read it');
  }
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch {
    throw wrong(file, 'it is not valid YAML');
  }
  if (value === null) return { people: {}, groups: {} };
  if (!isMap(value)) throw wrong(file, 'it is not a map');
  return { people: lists(value.people, 'people', file), groups: lists(value.groups, 'groups', file) };
}

/** Name → texts; one text stands for a list of it. */
function lists(value: unknown, key: string, file: string): Record<string, readonly string[]> {
  if (value === undefined || value === null) return {};
  if (!isMap(value)) throw wrong(file, `${key} is not a map`);
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      const items: unknown[] = Array.isArray(given) ? given : [given];
      if (!items.every((item): item is string => typeof item === 'string')) throw wrong(file, `${key}.${name} is not a list of names`);
      return [name, items];
    }),
  );
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const wrong = (file: string, why: string) => new ProblemError(problem('people-invalid', { file, why }));
