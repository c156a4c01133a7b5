import type { Json } from '../../../../runbook/core/json.ts';
import { networkOf, readIndicator, readIp } from '../../indicators/indicator.ts';
import type { LogEvent } from '../logs/event.ts';
import { type Anchor, expression, longestPiece, type TextTest, wildcard } from './pattern.ts';
import { unsupported, wrongRule } from './problem.ts';

/** Something that fits an event or not. `needs`: one of these (lower case) is in every line that fits; undefined where nothing can be said. */
export interface Test {
  readonly fits: (event: LogEvent) => boolean;
  readonly needs?: readonly string[];
}

type ValueTest = { readonly test: (value: Json) => boolean; readonly needs?: readonly string[] };

const anchors: readonly Anchor[] = ['contains', 'startswith', 'endswith'];
const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
};
const mostValues = 10_000;

/** `Field|modifier|…: value or values`. */
export function fieldTest(rule: string, key: string, value: Json): Test {
  const [field = '', ...modifiers] = key.split('|');
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0 || values.length > mostValues) wrongRule(rule, `${key} has ${values.length} values`);
  const all = modifiers.includes('all');
  if (modifiers.includes('exists')) return existence(rule, field, value);
  const tests = values.map((item) => valueTest(rule, key, modifiers, item));
  const needs = all ? rarest(tests) : joined(tests);
  const fits = (given: readonly Json[]) => {
    const present = given.length === 0 ? [null] : given;
    const is = ({ test }: ValueTest) => present.some(test);
    return all ? tests.every(is) : tests.some(is);
  };
  // A key without a name is a list of keywords.
  if (field === '') return keywordTest(rule, values, all, modifiers);
  return { fits: (event) => fits(event.get(field)), ...(needs && { needs }) };
}

/** Texts that stand anywhere in the line. */
export function keywordTest(rule: string, values: readonly Json[], all: boolean, modifiers: readonly string[] = []): Test {
  for (const modifier of modifiers)
    if (modifier !== 'all' && modifier !== 'contains' && modifier !== 're' && modifier !== 'cased')
      unsupported(rule, `the modifier ${modifier} on keywords`);
  const tests = values.map((value): ValueTest => {
    if (typeof value !== 'string' && typeof value !== 'number') return wrongRule(rule, 'a keyword is a text or a number');
    const text = String(value);
    if (modifiers.includes('re')) return regular(rule, 're', modifiers, text);
    const written = wildcard(text, 'contains', modifiers.includes('cased'));
    // The same text as JSON writes it, where the line is JSON.
    const escaped = JSON.stringify(text).slice(1, -1);
    const quoted = escaped === text ? undefined : wildcard(escaped.replaceAll('\\', '\\\\'), 'contains', modifiers.includes('cased'));
    return { test: (line) => typeof line === 'string' && (written(line) || (quoted?.(line) ?? false)), ...needed(longestPiece(text)) };
  });
  const needs = all ? rarest(tests) : joined(tests);
  const fits = ({ raw }: LogEvent) => (all ? tests.every(({ test }) => test(raw)) : tests.some(({ test }) => test(raw)));
  return { fits, ...(needs && { needs }) };
}

function existence(rule: string, field: string, value: Json): Test {
  if (typeof value !== 'boolean') return wrongRule(rule, `${field}|exists is true or false`);
  return { fits: (event) => event.get(field).length > 0 === value };
}

function valueTest(rule: string, key: string, modifiers: readonly string[], value: Json): ValueTest {
  const rest = modifiers.filter((modifier) => modifier !== 'all' && modifier !== 'cased');
  const [kind, ...more] = rest;
  if (kind === 're') return regular(rule, key, more, value);
  if (more.length > 0) return unsupported(rule, `the modifiers ${rest.join(' and ')} together`);
  const compare = kind === undefined ? undefined : comparisons[kind];
  if (compare) {
    if (typeof value !== 'number') return wrongRule(rule, `${key} needs a number`);
    return {
      test: (given) => (typeof given === 'number' || (typeof given === 'string' && given.trim() !== '')) && compare(Number(given), value),
    };
  }
  if (kind === 'cidr') return network(rule, key, value);
  const anchor = kind === undefined ? 'whole' : anchors.find((known) => known === kind);
  if (!anchor) return unsupported(rule, `the modifier ${kind ?? ''}`);
  if (value === null) return { test: (given) => given === null || given === '' };
  if (typeof value === 'object') return wrongRule(rule, `${key} holds a list or mapping in place of a value`);
  const text = String(value);
  if (text === '' && anchor === 'whole') return { test: (given) => given === '' };
  return { test: onText(wildcard(text, anchor, modifiers.includes('cased'))), ...needed(longestPiece(text)) };
}

function regular(rule: string, key: string, modifiers: readonly string[], value: Json): ValueTest {
  if (typeof value !== 'string' || value.length > 4096) return wrongRule(rule, `${key} needs an expression of at most 4096 characters`);
  const flags = modifiers.filter((modifier) => /^[ims]$/.test(modifier));
  const other = modifiers.find((modifier) => !['i', 'm', 's', 'all', 're'].includes(modifier));
  if (other !== undefined) return unsupported(rule, `the modifier ${other} with re`);
  try {
    const test = expression(value, flags.join(''));
    return test
      ? { test: onText(test) }
      : unsupported(rule, `an expression with a repetition inside a repetition (${value.slice(0, 60)}), which could take for ever`);
  } catch (error) {
    if (error instanceof SyntaxError) return wrongRule(rule, `${key}: ${error.message}`);
    throw error;
  }
}

function network(rule: string, key: string, value: Json): ValueTest {
  const read = typeof value === 'string' ? readIndicator(value) : undefined;
  if (read?.type === 'ip') return { test: onText((text) => readIp(text)?.toString() === read.value) };
  if (read?.type !== 'cidr') return wrongRule(rule, `${key} needs a network such as 192.0.2.0/24`);
  const length = Number(read.value.split('/')[1]);
  const family = read.value.includes(':') ? 'ipv6' : 'ipv4';
  return {
    test: onText((text) => {
      const ip = readIp(text);
      return ip?.kind() === family && networkOf(ip, length) === read.value;
    }),
  };
}

const onText =
  (test: TextTest) =>
  (value: Json): boolean =>
    value !== null && typeof value !== 'object' && test(String(value));

/** Only what every writer of logs leaves as it is can be looked for in a line that was not read yet. */
function needed(piece: string): { needs?: readonly string[] } {
  const safe = piece.split(/[^a-z0-9 ._:-]+/).sort((a, b) => b.length - a.length)[0] ?? '';
  return safe.length >= 3 ? { needs: [safe] } : {};
}

/** Of several ways each has to say what it needs. */
export function joined(tests: readonly { readonly needs?: readonly string[] }[]): readonly string[] | undefined {
  const all = tests.map(({ needs }) => needs);
  return all.every((needs) => needs !== undefined) && all.length > 0 ? [...new Set(all.flat())] : undefined;
}

/** Of several tests that all have to fit: what the one with the longest texts needs, as that is in the fewest lines. */
export function rarest(tests: readonly { readonly needs?: readonly string[] }[]): readonly string[] | undefined {
  const shortest = (needs: readonly string[]) => Math.min(...needs.map((text) => text.length));
  return tests.flatMap(({ needs }) => (needs ? [needs] : [])).sort((a, b) => shortest(b) - shortest(a))[0];
}
