import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { isObject } from './settings.ts';

/**
 * A request of the settings as `http/request` takes it, with `{name}` in its texts replaced. A text that is a placeholder alone becomes
 * the value itself, such as a list; inside an address, and a body that is text, a value is encoded, so that none becomes more than one.
 */
export function filled({ url, body, ...rest }: JsonObject, values: JsonObject): JsonObject {
  const value = (name: string | undefined): Json | undefined =>
    name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
  const put = (text: string, encode: (part: string) => string) =>
    text.replace(/\{([a-z]+)\}/g, (whole, name: string) => {
      const found = value(name);
      return found === undefined ? whole : encode(String(found));
    });
  const walk = (part: Json): Json => {
    if (typeof part === 'string') return value(/^\{([a-z]+)\}$/.exec(part)?.[1]) ?? put(part, (text) => text);
    if (Array.isArray(part)) return part.map(walk);
    return isObject(part) ? Object.fromEntries(Object.entries(part).map(([key, item]) => [key, walk(item)])) : part;
  };
  return {
    method: 'POST',
    ...Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, walk(item)])),
    url: put(String(url), encodeURIComponent),
    ...(body === undefined ? {} : { body: put(String(body), encodeURIComponent) }),
  };
}
