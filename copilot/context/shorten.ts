import type { Json, JsonObject } from '../../runbook/core/json.ts';

/** The data of the blocks, before they become text. */
export interface Data {
  readonly definition?: JsonObject;
  readonly instance?: JsonObject;
  readonly errors?: JsonObject;
}

/** A way to make the context smaller that says what it did. `keep` are the steps that the question is about. */
export interface ShortenRule {
  readonly name: string;
  readonly sentence: string;
  apply(data: Data, keep: ReadonlySet<string>): Data;
}

/** Applied in this order, one more at a time, until the context fits. */
export const shortenRules: readonly ShortenRule[] = [
  {
    name: 'output-end',
    sentence: 'of each output the last 4,000 characters',
    apply: (data) => ({
      ...data,
      errors: each(data.errors, 'outputs', (output) => ({ ...output, stdout: end(output.stdout, 4000), stderr: end(output.stderr, 4000) })),
    }),
  },
  {
    name: 'steps-outline',
    sentence: 'steps that the question is not about by id, name, type and line only',
    apply: (data, keep) => ({
      ...data,
      definition: each(data.definition, 'steps', ({ id, name, type, line, ...rest }) =>
        typeof id === 'string' && keep.has(id) ? { id, name, type, line, ...rest } : { id, name, type, line },
      ),
    }),
  },
  {
    name: 'long-texts',
    sentence: 'of texts over 600 characters the beginning and the end',
    apply: (data) => map(data, (value) => (typeof value === 'string' ? ends(value, 600) : value)),
  },
  { name: 'long-lists', sentence: 'of lists over 20 entries the first 20', apply: (data) => map(data, (value) => head(value, 20)) },
  {
    name: 'short-texts',
    sentence: 'of texts over 120 characters the beginning and the end',
    apply: (data) => map(data, (value) => (typeof value === 'string' ? ends(value, 120) : value)),
  },
  {
    name: 'short-lists',
    sentence: 'of lists and objects over 12 entries the first 12',
    apply: (data) => map(data, (value) => head(value, 12)),
  },
];

/** Ways to make one value smaller, applied like the rules above. */
const valueRules: readonly { readonly sentence: string; apply(value: Json): Json }[] = [
  textRule(4000),
  listRule(40),
  textRule(600),
  listRule(12),
  textRule(120),
];

/** Makes a value smaller until it fits; `rules` are the sentences of those that were used. */
export function shortenValue(
  value: JsonObject,
  fits: (value: JsonObject) => boolean,
): { readonly value: JsonObject; readonly rules: readonly string[] } {
  let now = value;
  const rules: string[] = [];
  for (const rule of valueRules) {
    if (fits(now)) break;
    // The value itself keeps its fields.
    now = Object.fromEntries(Object.entries(now).map(([key, item]) => [key, deep(item, rule.apply)]));
    rules.push(rule.sentence);
  }
  return { value: now, rules };
}

function textRule(most: number) {
  return {
    sentence: `of texts over ${most.toLocaleString('en')} characters the beginning and the end`,
    apply: (value: Json): Json => (typeof value === 'string' ? ends(value, most) : value),
  };
}

function listRule(most: number) {
  return {
    sentence: `of lists over ${most} entries the first ${most}`,
    apply: (value: Json): Json => (Array.isArray(value) ? head(value, most) : value),
  };
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

function each(
  block: JsonObject | undefined,
  key: string,
  change: (item: JsonObject) => Record<string, Json | undefined>,
): JsonObject | undefined {
  const list = block?.[key];
  if (block === undefined || !Array.isArray(list)) return block;
  return { ...block, [key]: list.map((item: Json) => (isObject(item) ? (JSON.parse(JSON.stringify(change(item))) as Json) : item)) };
}

/** Changes every value, inner ones first. */
function deep(value: Json, change: (value: Json) => Json): Json {
  if (Array.isArray(value)) return change(value.map((item: Json) => deep(item, change)));
  if (isObject(value)) return change(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deep(item, change)])));
  return change(value);
}

function map(data: Data, change: (value: Json) => Json): Data {
  // The block itself always keeps its fields; only what is inside them is shortened.
  const block = (value: JsonObject | undefined) =>
    value && Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deep(item, change)]));
  return { definition: block(data.definition), instance: block(data.instance), errors: block(data.errors) };
}

const left = (count: number) => `(${count.toLocaleString('en')} characters left out)`;

function end(text: Json | undefined, most: number): Json | undefined {
  if (typeof text !== 'string' || text.length <= most) return text;
  return `${left(text.length - most)} …${text.slice(-most)}`;
}

function ends(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${text.slice(0, half)}… ${left(text.length - 2 * half)} …${text.slice(-half)}`;
}

function head(value: Json, most: number): Json {
  if (Array.isArray(value) && value.length > most) return [...value.slice(0, most), `(${value.length - most} more left out)`];
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return entries.length <= most
    ? value
    : { ...Object.fromEntries(entries.slice(0, most)), '…': `(${entries.length - most} more left out)` };
}
