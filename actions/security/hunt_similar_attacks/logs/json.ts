import type { Json, JsonObject } from '../../../../runbook/core/json.ts';
import { type LogEvent, textEvent } from './event.ts';

/** How deep and how far a field is looked for that is not where its name says. */
const deepest = 8;
const mostVisited = 2000;

/** A line that is no object is read as text. */
export function jsonEvent(raw: string): LogEvent {
  let root: Json;
  try {
    root = JSON.parse(raw);
  } catch {
    return textEvent(raw);
  }
  if (!isObject(root)) return textEvent(raw);
  const event = root;
  const found = new Map<string, readonly Json[]>();
  return {
    raw,
    get(field) {
      const known = found.get(field);
      if (known) return known;
      const own = direct(event, field);
      const value = own === undefined ? nested(event, field.toLowerCase()) : own;
      const values = value === undefined ? [] : Array.isArray(value) ? value : [value];
      found.set(field, values);
      return values;
    },
  };
}

/** `a.b` is a key of that name, or `b` in `a`. */
function direct(object: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(object, path)) return object[path];
  const at = path.indexOf('.');
  const child = at > 0 ? object[path.slice(0, at)] : undefined;
  return isObject(child) ? direct(child, path.slice(at + 1)) : undefined;
}

/** Rules say `CommandLine` where collectors write `winlog.event_data.CommandLine`: the nearest key of that name, in any case. */
function nested(root: JsonObject, name: string): Json | undefined {
  let level: JsonObject[] = [root];
  let visited = 0;
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const next: JsonObject[] = [];
    for (const object of level) {
      for (const [key, value] of Object.entries(object)) {
        if (++visited > mostVisited) return undefined;
        if (key.length === name.length && key.toLowerCase() === name) return value;
        if (isObject(value)) next.push(value);
        else if (Array.isArray(value)) next.push(...value.slice(0, 20).filter(isObject));
      }
    }
    level = next;
  }
  return undefined;
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
