import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { plainFile } from '../plain-file.ts';

export interface Tactic {
  readonly id: string;
  readonly key: string;
  readonly name: string;
}

export interface Technique {
  readonly id: string;
  /** Null for an id that the table does not have. */
  readonly name: string | null;
  /** Keys of tactics. */
  readonly tactics: readonly string[];
  /** Hardly used for anything else. Lower case. */
  readonly keywords: readonly string[];
  /** Go with it, and with much else. */
  readonly hints: readonly string[];
  readonly fields: readonly Field[];
}

/** A field of an event whose value points to the technique. */
export interface Field {
  readonly field: string;
  readonly value: string;
  readonly confidence: number;
}

export interface Table {
  readonly version: string;
  /** In the order of the matrix. */
  readonly tactics: readonly Tactic[];
  readonly techniques: ReadonlyMap<string, Technique>;
}

export const techniqueId = /^T\d{4}(?:\.\d{3})?$/;
const usualField = 0.8;
/** Bytes; MITRE's own bundle has some 50 MB. */
const largest = 128 * 1024 * 1024;

/** The built-in table, and what `.runwright/attack/*.json` adds to it. Throws `attack-table`. */
export async function loadTable(workspace: string): Promise<Table> {
  const { default: builtIn } = await import('./data/enterprise.json', { with: { type: 'json' } });
  let table = extend({ version: '', tactics: [], techniques: new Map() }, builtIn, 'of Runwright');
  const folder = join(workspace, 'attack');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.json')).sort())
    table = extend(table, await readJson(join(folder, name), name), name);
  return table;
}

async function readJson(path: string, name: string): Promise<unknown> {
  const size = await plainFile(path).then(
    (info) => info.size,
    () => undefined,
  );
  if (size === undefined) return wrong(name, 'it is not a plain file that can be read');
  if (size > largest) return wrong(name, 'it is larger than 128 MiB');
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    return wrong(name, error instanceof SyntaxError ? `it is broken as JSON: ${error.message.slice(0, 120)}` : 'it cannot be read');
  }
}

/** A technique that is there already keeps its words and gets the new ones; names and tactics are the later ones. */
export function extend(table: Table, given: unknown, file: string): Table {
  if (!isObject(given)) return wrong(file, 'it is no mapping');
  if (given.type === 'bundle') return extendByStix(table, given, file);
  if (!Array.isArray(given.techniques)) return wrong(file, 'it has no list `techniques`');
  const techniques = new Map(table.techniques);
  const tactics = Array.isArray(given.tactics) ? given.tactics.map((tactic) => readTactic(tactic, file)) : table.tactics;
  for (const [index, one] of given.techniques.entries()) {
    const where = `technique ${index + 1}`;
    if (!isObject(one) || typeof one.id !== 'string' || !techniqueId.test(one.id))
      return wrong(file, `${where} has no id such as T1110.001`);
    const known = techniques.get(one.id);
    techniques.set(one.id, {
      id: one.id,
      name: typeof one.name === 'string' ? one.name : (known?.name ?? wrong(file, `${one.id} has no name`)),
      tactics: one.tactics === undefined ? (known?.tactics ?? wrong(file, `${one.id} has no tactics`)) : readTactics(one, tactics, file),
      keywords: joined(known?.keywords, texts(one.keywords, `keywords of ${one.id}`, file)),
      hints: joined(known?.hints, texts(one.hints, `hints of ${one.id}`, file)),
      fields: [...(known?.fields ?? []), ...readFields(one.fields, one.id, file)],
    });
  }
  return { version: table.version || String(given.version ?? ''), tactics, techniques };
}

/** MITRE's bundle: names and tactics of everything, no words. A name of several words is one. */
function extendByStix(table: Table, { objects }: Readonly<Record<string, unknown>>, file: string): Table {
  if (!Array.isArray(objects)) return wrong(file, 'the bundle has no objects');
  const techniques = new Map(table.techniques);
  let { version } = table;
  for (const object of objects) {
    if (!isObject(object)) continue;
    if (object.type === 'x-mitre-collection' && typeof object.x_mitre_version === 'string') version = object.x_mitre_version;
    if (object.type !== 'attack-pattern' || object.revoked === true || object.x_mitre_deprecated === true) continue;
    const references = Array.isArray(object.external_references) ? object.external_references.filter(isObject) : [];
    const id = references.find((reference) => reference.source_name === 'mitre-attack')?.external_id;
    if (typeof id !== 'string' || !techniqueId.test(id) || typeof object.name !== 'string') continue;
    const phases = Array.isArray(object.kill_chain_phases) ? object.kill_chain_phases.filter(isObject) : [];
    const keys = phases.map((phase) => phase.phase_name).filter((key) => typeof key === 'string');
    const known = techniques.get(id);
    techniques.set(id, {
      id,
      name: object.name,
      tactics: keys.filter((key) => table.tactics.some((tactic) => tactic.key === key)),
      keywords: known?.keywords ?? [],
      hints: known?.hints ?? [],
      fields: known?.fields ?? [],
    });
  }
  return { version, tactics: table.tactics, techniques };
}

function readTactic(value: unknown, file: string): Tactic {
  if (isObject(value) && typeof value.id === 'string' && typeof value.key === 'string' && typeof value.name === 'string')
    return { id: value.id, key: value.key, name: value.name };
  return wrong(file, 'a tactic needs id, key and name');
}

function readTactics({ id, tactics: given }: Readonly<Record<string, unknown>>, tactics: readonly Tactic[], file: string): string[] {
  const keys = texts(given, `tactics of ${String(id)}`, file);
  const unknown = keys.find((key) => !tactics.some((tactic) => tactic.key === key));
  return unknown === undefined
    ? keys
    : wrong(file, `${String(id)} names the tactic ${unknown}; known are ${tactics.map(({ key }) => key).join(', ')}`);
}

function readFields(value: unknown, id: string, file: string): Field[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return wrong(file, `fields of ${id} is not a list`);
  return value.map((one) => {
    if (!isObject(one) || typeof one.field !== 'string' || (typeof one.value !== 'string' && typeof one.value !== 'number'))
      return wrong(file, `a field of ${id} needs field and value`);
    const { confidence = usualField } = one;
    if (typeof confidence !== 'number' || confidence < 0 || confidence > 1)
      return wrong(file, `the confidence of a field of ${id} is from 0 to 1`);
    return { field: one.field.toLowerCase(), value: String(one.value).toLowerCase(), confidence };
  });
}

function texts(value: unknown, what: string, file: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return wrong(file, `${what} is not a list`);
  return value.map((one) =>
    typeof one === 'string' && one.trim().length > 1
      ? one.trim().toLowerCase()
      : wrong(file, `${what} holds something that is not a text of two letters or more`),
  );
}

const joined = (known: readonly string[] = [], more: readonly string[]): string[] => [...new Set([...known, ...more])];
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function wrong(file: string, why: string): never {
  throw new ProblemError(problem('attack-table', { file, why }));
}
