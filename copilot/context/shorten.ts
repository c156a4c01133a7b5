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
    name: 'steps-few',
    sentence: 'of over 100 steps those that the question is about, and the first 10 of the others',
    apply: (data, keep) => ({ ...data, definition: fewSteps(data.definition, keep) }),
  },
  {
    name: 'steps-that-went-well',
    sentence: 'of over 50 steps of the run those that did not succeed, the first 50 of them, and the number of the others',
    apply: (data) => ({ ...data, instance: withoutGood(data.instance) }),
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
    now = fields(now, (item) => deep(item, rule.apply));
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
  const items = list.map((item: Json) => (isObject(item) ? changedOr(item, change(item)) : item));
  return items.some((item, index) => item !== list[index]) ? { ...block, [key]: items } : block;
}

/** What is undefined is left out; the same object where nothing differs. */
function changedOr(item: JsonObject, next: Readonly<Record<string, Json | undefined>>): JsonObject {
  const said = Object.entries(next).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  const same = said.length === Object.keys(item).length && said.every(([key, value]) => item[key] === value);
  return same ? item : Object.fromEntries(said);
}

/** Changes every value, the outer ones first, so that what is left out is not looked at. What does not change is the same object. */
function deep(value: Json, change: (value: Json) => Json): Json {
  const changed = change(value);
  if (Array.isArray(changed)) {
    const items = changed.map((item: Json) => deep(item, change));
    return items.some((item, index) => item !== changed[index]) ? items : changed;
  }
  return isObject(changed) ? fields(changed, (item) => deep(item, change)) : changed;
}

function fields(value: JsonObject, change: (item: Json) => Json): JsonObject {
  let same = true;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => {
    const next = change(item);
    same &&= next === item;
    return [key, next];
  });
  return same ? value : Object.fromEntries(entries);
}

function fewSteps(definition: JsonObject | undefined, keep: ReadonlySet<string>): JsonObject | undefined {
  const all = definition?.steps;
  if (definition === undefined || !Array.isArray(all) || all.length <= 100) return definition;
  const asked = all.filter((step: Json) => isObject(step) && typeof step.id === 'string' && keep.has(step.id)).slice(0, 9);
  const others = all.filter((step: Json) => !asked.includes(step)).slice(0, 10);
  return { ...definition, steps: [...asked, ...others, `(${all.length - asked.length - others.length} more left out)`] };
}

const mostSteps = 50;

function withoutGood(instance: JsonObject | undefined): JsonObject | undefined {
  const all = instance?.activities;
  if (instance === undefined || !Array.isArray(all) || all.length <= mostSteps) return instance;
  const bad = all.filter((step: Json) => isObject(step) && step.status !== 'succeeded' && step.status !== 'skipped');
  const kept = bad.slice(0, mostSteps);
  return {
    ...instance,
    activities: [...kept, `(${all.length - kept.length} more left out, ${bad.length - kept.length} of them did not succeed)`],
  };
}

function map(data: Data, change: (value: Json) => Json): Data {
  // The block itself always keeps its fields; only what is inside them is shortened.
  const block = (value: JsonObject | undefined) => value && fields(value, (item) => deep(item, change));
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
