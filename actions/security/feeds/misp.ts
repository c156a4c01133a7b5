import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import type { Found } from './entry.ts';

/** Which part of an attribute's value is the indicator, parts being divided by `|`. */
const parts: Readonly<Record<string, readonly number[]>> = {
  'ip-src': [0],
  'ip-dst': [0],
  'ip-src|port': [0],
  'ip-dst|port': [0],
  domain: [0],
  hostname: [0],
  'hostname|port': [0],
  'domain|ip': [0, 1],
  url: [0],
  uri: [0],
  md5: [0],
  sha1: [0],
  sha256: [0],
  sha512: [0],
  'filename|md5': [1],
  'filename|sha1': [1],
  'filename|sha256': [1],
  'filename|sha512': [1],
};
/** By `threat_level_id`: high, medium, low, undefined. */
const levels: Readonly<Record<string, number>> = { '1': 100, '2': 80, '3': 60, '4': 50 };
/** An attribute that is not meant for detection only goes with the others. */
const contextOnly = 0.3;

const eventsOf = (value: Json): JsonObject[] => {
  const list = isObject(value) && Array.isArray(value.response) ? value.response : Array.isArray(value) ? value : [value];
  return list.flatMap((item) => (isObject(item) && isObject(item.Event) ? [item.Event] : []));
};

export const isMisp = (value: Json): boolean => eventsOf(value).length > 0;

/** The attributes of MISP events, also those inside objects. */
export function* readMisp(value: Json): Iterable<Found> {
  for (const event of eventsOf(value)) {
    const confidence = levels[String(event.threat_level_id ?? '4')] ?? 50;
    const tags = [...(typeof event.info === 'string' ? [event.info] : []), ...tagsOf(event)];
    const objects = listOf(event.Object).filter(isObject);
    const attributes = [...listOf(event.Attribute), ...objects.flatMap((object) => listOf(object.Attribute))];
    for (const attribute of attributes) {
      if (!isObject(attribute) || attribute.deleted === true || typeof attribute.value !== 'string') continue;
      const known = typeof attribute.type === 'string' && Object.hasOwn(parts, attribute.type) ? (parts[attribute.type] ?? []) : [];
      const pieces = attribute.type === 'url' || attribute.type === 'uri' ? [attribute.value] : attribute.value.split('|');
      for (const part of known) {
        yield {
          indicator: pieces[part] ?? '',
          confidence: attribute.to_ids === false ? confidence * contextOnly : confidence,
          firstSeen: time(attribute.first_seen) ?? time(event.date) ?? '',
          lastSeen: time(attribute.last_seen) ?? time(attribute.timestamp) ?? '',
          tags: [...new Set([...tagsOf(attribute), ...tags])],
          ...(typeof event.uuid === 'string' && { reference: `MISP event ${event.uuid}` }),
        };
      }
    }
  }
}

const tagsOf = (of: JsonObject): string[] =>
  listOf(of.Tag).flatMap((tag) => (isObject(tag) && typeof tag.name === 'string' ? [tag.name] : []));
const time = (value: Json | undefined): string | number | undefined =>
  typeof value === 'number' || (typeof value === 'string' && value !== '') ? value : undefined;
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
