import { data } from '@actions/expressions';
import type { Json, JsonObject } from '../json.ts';

/** Plain JSON as the evaluator wants it. Objects and lists are wrapped when they are looked into, so that a large context costs what is read of it. */
export function wrap(value: Json | undefined): data.ExpressionData {
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  return isList(value) ? new ListView(value) : new ObjectView(value);
}

/** Back to plain JSON. Throws for a number that JSON does not have. */
export function unwrap(value: data.ExpressionData): Json {
  if (value instanceof ObjectView || value instanceof ListView) return value.json;
  if (value instanceof data.Array) return value.values().map(unwrap);
  if (value instanceof data.Dictionary) return Object.fromEntries(value.pairs().map((pair) => [pair.key, unwrap(pair.value)]));
  if (value instanceof data.StringData || value instanceof data.BooleanData) return value.value;
  if (!(value instanceof data.NumberData)) return null;
  if (!Number.isFinite(value.value)) throw new Error('the result is not a number');
  return value.value;
}

/** An own property by exact name, else the first that differs only in case. */
export function property(object: JsonObject, key: string): Json | undefined {
  if (Object.hasOwn(object, key)) return object[key];
  const lower = key.toLowerCase();
  const other = Object.keys(object).find((one) => one.toLowerCase() === lower);
  return other === undefined ? undefined : object[other];
}

export class ObjectView extends data.Dictionary {
  readonly json: JsonObject;
  constructor(json: JsonObject) {
    super();
    this.json = json;
  }
  override get(key: string): data.ExpressionData | undefined {
    const value = property(this.json, key);
    return value === undefined ? undefined : wrap(value);
  }
  override values(): data.ExpressionData[] {
    return Object.values(this.json).map(wrap);
  }
  override pairs(): { key: string; value: data.ExpressionData }[] {
    return Object.entries(this.json).map(([key, value]) => ({ key, value: wrap(value) }));
  }
}

/** The root: a context that is not there reads as null. */
export class ContextsView extends ObjectView {
  override get(key: string): data.ExpressionData {
    return super.get(key) ?? new data.Null();
  }
}

class ListView extends data.Array {
  readonly json: readonly Json[];
  constructor(json: readonly Json[]) {
    super();
    this.json = json;
  }
  override values(): data.ExpressionData[] {
    return this.json.map(wrap);
  }
  override get(index: number): data.ExpressionData {
    return wrap(this.json[index]);
  }
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
