import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { isObject } from '../action.ts';

const deepest = 20;

/** Members of members as columns of their own: `{ a: { b: 1 } }` is `a.b`. Lists stay values. Deeper than 20 a member stays as it is. */
export function flatten(object: JsonObject, add: (name: string, value: Json) => void, prefix = '', depth = 0): void {
  for (const name of Object.keys(object)) {
    const value = object[name] ?? null;
    if (isObject(value) && depth < deepest && Object.keys(value).length > 0) flatten(value, add, `${prefix}${name}.`, depth + 1);
    else add(prefix + name, value);
  }
}
