import { durationForms, parseDuration } from './duration.ts';
import { type Problem, problem } from './errors.ts';
import { formats } from './formats.ts';
import type { Json, JsonObject } from './json.ts';
import type { InputSpec } from './model.ts';
import { matchesPattern, patternLimit } from './pattern.ts';

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

const longestText = 65_536;

/**
 * The values a run starts with: every input of the runbook, given, by default or null. Text is converted to the input's type.
 * The first problem is `input-unknown`, `input-missing` or `input-wrong`.
 */
export function checkInputs(
  specs: Readonly<Record<string, InputSpec>>,
  given: Readonly<Record<string, unknown>>,
): Checked<Readonly<Record<string, Json>>> {
  const known = Object.keys(specs);
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(specs, name));
  if (unknown !== undefined)
    return {
      ok: false,
      problem: problem('input-unknown', { input: shown(unknown, 80), known: known.length > 0 ? known.join(', ') : 'none' }),
    };
  const values: [string, Json][] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const checked = checkInput(name, spec, Object.hasOwn(given, name) ? given[name] : undefined);
    if (!checked.ok) return checked;
    values.push([name, checked.value]);
  }
  return { ok: true, value: Object.fromEntries(values) };
}

/** One input; `value` undefined stands for not given. Text that is typed into a box or behind `--input` is converted. */
export function checkInput(name: string, spec: InputSpec, value: unknown): Checked<Json> {
  if (value === undefined) {
    if (spec.default !== undefined) return checkInput(name, spec, spec.default);
    if (spec.required === true) return { ok: false, problem: problem('input-missing', { input: name, example: example(spec) }) };
    return { ok: true, value: null };
  }
  const result = read(spec, value);
  if (result.ok) return result;
  return { ok: false, problem: problem('input-wrong', { input: name, given: shown(value, 120), allowed: result.allowed }) };
}

/** What is allowed, in words that fit behind "It must be". */
export function allowedWords(spec: InputSpec): string {
  switch (spec.type) {
    case 'string':
    case 'file': {
      const kind = spec.format === undefined ? (spec.type === 'file' ? 'the path of a file' : 'a text') : formats[spec.format].words;
      return `${kind}${range(spec, ' characters')}${spec.pattern === undefined ? '' : ` that matches ${spec.pattern}`}`;
    }
    case 'integer':
      return `a whole number${range(spec, '')}`;
    case 'number':
      return `a number${range(spec, '')}`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${(spec.options ?? []).map((option) => (typeof option === 'string' ? option : JSON.stringify(option))).join(', ')}`;
    case 'duration':
      return durationForms;
    case 'list':
      return `a JSON list${range(spec, ' items')}${spec.items === undefined ? '' : `, each ${allowedWords(spec.items)}`}`;
    case 'object':
      return 'a JSON object';
  }
}

type Read = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly allowed: string };

function read(spec: InputSpec, value: unknown): Read {
  const wrong: Read = { ok: false, allowed: allowedWords(spec) };
  const when = (holds: boolean, found: Json): Read => (holds ? { ok: true, value: found } : wrong);
  switch (spec.type) {
    case 'string':
    case 'file':
      return readText(spec, value);
    case 'integer':
    case 'number': {
      const found =
        typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value.trim()) && value.length < 64
          ? Number(value)
          : value;
      if (typeof found !== 'number' || !Number.isFinite(found)) return wrong;
      return when((spec.type === 'number' || Number.isSafeInteger(found)) && within(spec, found), found);
    }
    case 'boolean': {
      const word = typeof value === 'string' ? value.trim().toLowerCase() : String(value);
      return when((typeof value === 'boolean' || typeof value === 'string') && (word === 'true' || word === 'false'), word === 'true');
    }
    case 'choice': {
      const options = spec.options ?? [];
      const found =
        options.find((option) => option === value) ?? options.find((option) => typeof value === 'string' && String(option) === value);
      return found === undefined ? wrong : { ok: true, value: found };
    }
    case 'duration': {
      if (typeof value === 'number') return { ok: false, allowed: `${durationForms}: add a unit, such as ${value}s` };
      if (typeof value !== 'string') return wrong;
      const found = parseDuration(value.trim());
      return found.ok ? { ok: true, value: value.trim() } : { ok: false, allowed: `${durationForms} (it ${found.message})` };
    }
    case 'list': {
      const list = fromText(value);
      return Array.isArray(list) && within(spec, list.length) ? readItems(spec, list) : wrong;
    }
    case 'object': {
      const object = fromText(value);
      return isPlainObject(object) && isJson(object) ? { ok: true, value: object } : wrong;
    }
  }
}

function readText(spec: InputSpec, value: unknown): Read {
  const wrong = (allowed = allowedWords(spec)): Read => ({ ok: false, allowed });
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return wrong();
  if (text.length > longestText) return wrong('a text of at most 65,536 characters');
  if (!text.isWellFormed() || text.includes('\0')) return wrong('a text without broken characters or NULs');
  if (spec.format !== undefined && !formats[spec.format].holds(text)) return wrong();
  if (!within(spec, text.length)) return wrong();
  if (spec.pattern === undefined) return { ok: true, value: text };
  const limit = patternLimit(spec.pattern);
  if (text.length > limit) return wrong(`a text of at most ${limit} characters: longer ones are not tried on the pattern ${spec.pattern}`);
  return matchesPattern(spec.pattern, text) ? { ok: true, value: text } : wrong();
}

function readItems(spec: InputSpec, list: readonly unknown[]): Read {
  const items: Json[] = [];
  for (const item of list) {
    const found: Read =
      spec.items === undefined ? (isJson(item) ? { ok: true, value: item } : { ok: false, allowed: 'JSON' }) : read(spec.items, item);
    if (!found.ok) return { ok: false, allowed: allowedWords(spec) };
    items.push(found.value);
  }
  return { ok: true, value: items };
}

function within({ min, max }: InputSpec, value: number): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

function range({ min, max }: InputSpec, unit: string): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}${unit}`;
  if (min !== undefined) return ` of at least ${min}${unit}`;
  return max === undefined ? '' : ` of at most ${max}${unit}`;
}

function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Walks with a list of its own, so that a deeply nested value cannot exhaust the stack. */
function isJson(value: unknown): value is Json & JsonObject {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { value: inner, depth } = one;
    if (depth > 100) return false;
    if (inner === null || typeof inner === 'boolean') continue;
    if (typeof inner === 'string' ? inner.isWellFormed() : typeof inner === 'number' && Number.isFinite(inner)) continue;
    if (typeof inner !== 'object') return false;
    for (const member of Object.values(inner)) open.push({ value: member, depth: depth + 1 });
    if (!Object.keys(inner).every((key) => key.isWellFormed())) return false;
  }
  return true;
}

function example(spec: InputSpec): string {
  const word = {
    string: 'TEXT',
    file: 'PATH',
    number: '1.5',
    integer: '3',
    boolean: 'true',
    choice: 'CHOICE',
    duration: '30m',
    list: '[]',
    object: '{}',
  };
  const [option] = spec.options ?? [];
  return option === undefined ? word[spec.type] : String(option);
}

/** For a sentence: text as it is where that can be seen, anything else as JSON. */
function shown(value: unknown, length: number): string {
  const plain = typeof value === 'string' && value !== '' && value.trim() === value && !/\p{Cc}/u.test(value);
  const text = plain ? value : (JSON.stringify(value) ?? String(value));
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
