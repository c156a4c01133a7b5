import { parseAllDocuments, type Document as YamlDocument } from 'yaml';
import type { Json, JsonObject } from '../../../../runbook/core/json.ts';
import { every, parseCondition, some } from './condition.ts';
import { fieldTest, keywordTest, type Test } from './item.ts';
import { unsupported, wrongRule } from './problem.ts';

export interface SigmaRule extends Test {
  readonly title: string;
  readonly id?: string;
  readonly level?: string;
  /** ATT&CK ids of its tags, such as `T1110.001`. */
  readonly techniques: readonly string[];
}

/** The rules of a YAML file, one in each document. `name` is what they are called until their title is known. Throws a ProblemError that names the rule. */
export function readRules(text: string, name: string): SigmaRule[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return wrongRule(name, 'it is empty');
  const rules = documents.filter((document) => document.contents !== null).map((document) => readRule(contentOf(document, name), name));
  return rules.length === 0 ? wrongRule(name, 'it is empty') : rules;
}

function contentOf(document: YamlDocument, name: string): Json {
  const [error] = document.errors;
  if (error) wrongRule(name, `it is no YAML: ${error.message.split('\n')[0] ?? ''}`);
  try {
    // What JSON cannot hold, such as a date, becomes its text.
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 50 }) ?? null));
  } catch {
    return wrongRule(name, 'its aliases stand for too much');
  }
}

function readRule(rule: Json, name: string): SigmaRule {
  if (!isObject(rule)) return wrongRule(name, 'it is not a mapping with title and detection');
  const title = typeof rule.title === 'string' && rule.title !== '' ? rule.title : name;
  // Where it stands goes with it: among two hundred rules in a folder a title alone is not found.
  const called = title === name ? name : `${title.slice(0, 100)} (${name})`;
  if (rule.correlation !== undefined) unsupported(called, 'a correlation');
  if (rule.action !== undefined) unsupported(called, `action: ${String(rule.action)}`);
  const { detection } = rule;
  if (!isObject(detection)) return wrongRule(called, 'it has no detection');
  const { condition, timeframe, ...named } = detection;
  if (timeframe !== undefined && timeframe !== null) unsupported(called, 'a timeframe');
  const conditions = Array.isArray(condition) ? condition : [condition];
  const selections = new Map(Object.entries(named).map(([key, value]) => [key, selection(called, key, value)]));
  if (selections.size === 0) wrongRule(called, 'its detection has no selection');
  const tests = conditions.map((text) =>
    typeof text === 'string' ? parseCondition(called, text, selections) : wrongRule(called, 'its detection has no condition'),
  );
  const tags = Array.isArray(rule.tags) ? rule.tags : [];
  const techniques = tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(String(tag))?.[1]?.toUpperCase() ?? []);
  return {
    ...some(tests),
    title,
    techniques: [...new Set(techniques)],
    ...(typeof rule.id === 'string' && { id: rule.id }),
    ...(typeof rule.level === 'string' && { level: rule.level }),
  };
}

/** A mapping: every field. A list of mappings: one of them. A list of texts: one of them anywhere in the line. */
function selection(rule: string, key: string, value: Json): Test {
  if (isObject(value)) {
    const items = Object.entries(value);
    if (items.length === 0) return wrongRule(rule, `${key} is empty`);
    return every(
      items.map(([field, wanted]) =>
        isObject(wanted) ? wrongRule(rule, `${key}: ${field} holds a mapping`) : fieldTest(rule, field, wanted),
      ),
    );
  }
  if (typeof value === 'string' || typeof value === 'number') return keywordTest(rule, [value], false);
  if (!Array.isArray(value) || value.length === 0) return wrongRule(rule, `${key} is neither a mapping nor a list`);
  if (value.every(isObject)) return some(value.map((item) => selection(rule, key, item)));
  return keywordTest(rule, value, false);
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
