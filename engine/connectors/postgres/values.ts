import type { Json } from '../../../runbook/core/json.ts';
import { honestJson, honestNumber } from '../sql/values.ts';

/** A value as the server wrote it, in JSON. What a double cannot hold stays text; what is not listed is text as it is. */
export function fromPostgres(type: number, text: string | null): Json {
  if (text === null) return null;
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (read) return read(text);
  const element = Object.hasOwn(elementOf, type) ? elementOf[type] : undefined;
  return element === undefined ? text : (arrayOf(text, (item) => fromPostgres(element, item)) ?? text);
}

const integer = (text: string): Json => honestNumber(text);
/** NaN and Infinity have no form in JSON. */
const float = (text: string): Json => (Number.isFinite(Number(text)) ? Number(text) : text);
const timestamp = (text: string): Json => {
  const parts = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d)?(:\d\d)?(:\d\d)?$/.exec(text);
  if (!parts) return text;
  const [, date, time, hours, minutes = ':00', seconds] = parts;
  if (hours === undefined) return `${date}T${time}`;
  if (seconds !== undefined) return text;
  return `${date}T${time}${`${hours}${minutes}`.replace(/^[+-]00:00$/, 'Z')}`;
};
const bytes = (text: string): Json => (text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex').toString('base64') : text);

/** By the type's object id, which is the same in every PostgreSQL. */
const readers: Readonly<Record<number, (text: string) => Json>> = {
  16: (text) => text === 't',
  17: bytes,
  20: integer,
  21: integer,
  23: integer,
  26: integer,
  114: honestJson,
  3802: honestJson,
  700: float,
  701: float,
  1114: timestamp,
  1184: timestamp,
};

/** Array type → type of its elements. */
const elementOf: Readonly<Record<number, number>> = {
  1000: 16,
  1001: 17,
  1016: 20,
  1005: 21,
  1007: 23,
  1028: 26,
  199: 114,
  3807: 3802,
  1021: 700,
  1022: 701,
  1115: 1114,
  1185: 1184,
  1009: 25,
  1015: 1043,
  1014: 1042,
  1003: 19,
  2951: 2950,
  1231: 1700,
  1182: 1082,
  1183: 1083,
  1187: 1186,
  1041: 869,
  651: 650,
};

/** `{a,"b",NULL,{…}}`; undefined for a form that is not understood, such as one with bounds of its own. */
function arrayOf(text: string, read: (item: string | null) => Json): Json | undefined {
  let at = 0;
  const list = (): Json[] | undefined => {
    at++;
    const items: Json[] = [];
    if (text[at] === '}') {
      at++;
      return items;
    }
    for (;;) {
      const item = text[at] === '{' ? list() : value();
      if (item === undefined) return undefined;
      items.push(item);
      const next = text[at++];
      if (next === '}') return items;
      if (next !== ',') return undefined;
    }
  };
  const value = (): Json | undefined => {
    if (text[at] !== '"') {
      const end = /[,}]/g;
      end.lastIndex = at;
      const found = end.exec(text);
      if (!found) return undefined;
      const bare = text.slice(at, found.index);
      at = found.index;
      return read(bare === 'NULL' ? null : bare);
    }
    let whole = '';
    for (at++; at < text.length; at++) {
      if (text[at] === '"') {
        at++;
        return read(whole);
      }
      if (text[at] === '\\') at++;
      whole += text[at] ?? '';
    }
    return undefined;
  };
  if (text[0] !== '{') return undefined;
  const whole = list();
  return at === text.length ? whole : undefined;
}

/** A parameter as the server takes it, as text whose type the server works out. A list is an array, an object is JSON. */
export function toPostgres(value: Json): string | null {
  if (value === null || typeof value === 'string') return value;
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function element(value: Json): string {
  if (value === null) return 'NULL';
  const text = toPostgres(value) ?? '';
  return Array.isArray(value) ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
