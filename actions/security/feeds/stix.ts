import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import type { Found } from './entry.ts';

/** Comparisons of a STIX pattern that name an indicator, such as `file:hashes.'SHA-256' = '…'`. */
const comparison =
  /\b(ipv4-addr:value|ipv6-addr:value|domain-name:value|url:value|file:hashes\.(?:'[^']{1,20}'|"[^"]{1,20}"|[\w-]{1,20})|network-traffic:(?:src|dst)_ref\.value)\s*(?:=|\bISSUBSET\b|\bIN\s*\()\s*((?:'(?:[^'\\]|\\.){1,8192}'\s*,?\s*)+)/g;
const text = /'((?:[^'\\]|\\.)*)'/g;
/** What a bundle says of things that are no threat. */
const harmless = new Set(['benign']);

export const isStix = (value: Json): value is JsonObject => isObject(value) && value.type === 'bundle' && Array.isArray(value.objects);

/** The indicators of a STIX 2 bundle. Parts joined by AND count each by itself; revoked and expired ones are left out. */
export function* readStix(bundle: JsonObject, now: number): Iterable<Found> {
  const objects = Array.isArray(bundle.objects) ? bundle.objects : [];
  for (const object of objects) {
    if (!isObject(object) || object.type !== 'indicator' || object.revoked === true) continue;
    const types = texts(object.indicator_types);
    if (types.some((type) => harmless.has(type))) continue;
    if (typeof object.valid_until === 'string' && Date.parse(object.valid_until) <= now) continue;
    const pattern = typeof object.pattern === 'string' && (object.pattern_type ?? 'stix') === 'stix' ? object.pattern : '';
    const about = {
      ...(typeof object.confidence === 'number' && { confidence: object.confidence }),
      ...(typeof object.valid_from === 'string' && { firstSeen: object.valid_from }),
      ...(typeof object.modified === 'string' && { lastSeen: object.modified }),
      ...(referenceOf(object) && { reference: referenceOf(object) }),
      tags: [...new Set([...types, ...texts(object.labels), ...(typeof object.name === 'string' ? [object.name] : [])])],
    };
    for (const [, , values = ''] of pattern.matchAll(comparison)) {
      for (const [, value = ''] of values.matchAll(text)) yield { ...about, indicator: value.replace(/\\(.)/g, '$1') };
    }
  }
}

function referenceOf({ external_references: references, id }: JsonObject): string {
  const urls = Array.isArray(references)
    ? references.flatMap((item) => (isObject(item) && typeof item.url === 'string' ? [item.url] : []))
    : [];
  return urls[0] ?? (typeof id === 'string' ? id : '');
}

const texts = (value: Json | undefined): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
