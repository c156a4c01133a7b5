import { durationPattern, readDuration } from './duration.ts';

export type EntityKind = 'address' | 'domain' | 'url' | 'email' | 'hash' | 'duration' | 'file' | 'severity' | 'port' | 'quoted';

/** A thing that a text names. */
export interface Entity {
  readonly kind: EntityKind;
  /** As an action takes it: a duration in seconds or `permanent`, an address without brackets. */
  readonly value: string;
  readonly at: number;
  readonly end: number;
}

const endings =
  'csv|tsv|jsonl|ndjson|json|xlsx|xls|log|txt|ya?ml|conf|cfg|ini|html?|md|xml|gz|pcap|sqlite|db|sql|rules|stix|evtx|pdf|zip|tar|tgz|sh|py';
const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const v4 = `${octet}(?:\\.${octet}){3}(?:/(?:3[0-2]|[12]?\\d))?`;
const v6 =
  '(?:[0-9a-f]{1,4}:){2,7}(?:[0-9a-f]{1,4}|:)?(?:/\\d{1,3})?|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}(?:/\\d{1,3})?|(?:[0-9a-f]{1,4}:){1,7}:(?:/\\d{1,3})?|::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{1,4}(?:/\\d{1,3})?';

/** In this order: what an earlier one has taken is not looked at again. */
const kinds: readonly { readonly kind: EntityKind; readonly pattern: RegExp; value?(found: RegExpExecArray): string | undefined }[] = [
  {
    kind: 'quoted',
    pattern: /"([^"\n]{1,2000})"|“([^”\n]{1,2000})”|(?<![\w])'([^'\n]{1,2000})'(?![\w])|`([^`\n]{1,2000})`/g,
    value: (found) => found.slice(1).find((part) => part !== undefined),
  },
  { kind: 'url', pattern: /\bhttps?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/gi },
  { kind: 'email', pattern: /\b[\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi },
  { kind: 'hash', pattern: /\b(?:[a-f0-9]{64}|[a-f0-9]{40}|[a-f0-9]{32})\b/gi, value: ([text]) => text.toLowerCase() },
  { kind: 'address', pattern: new RegExp(`(?<![\\w.:])(?:${v4})(?![\\w:]|\\.\\d)`, 'gi') },
  { kind: 'address', pattern: new RegExp(`(?<![\\w.:])(?:${v6})(?![\\w:])`, 'gi'), value: ([text]) => text.toLowerCase() },
  {
    kind: 'file',
    pattern: new RegExp(
      `(?<![\\w./-])(?:~|\\.{1,2})?/[\\w.@+-]+(?:/[\\w.@*+-]+)*/?|(?<![\\w./-])[\\w@+-][\\w.@+-]*(?:/[\\w.@*+-]+)*\\.(?:${endings})\\b`,
      'gi',
    ),
    value: ([text]) => text.replace(/[.]$/, ''),
  },
  {
    kind: 'domain',
    pattern: /(?<![\w.@-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?![\w-]|\.\w)/gi,
    value: ([text]) => text.toLowerCase(),
  },
  { kind: 'duration', pattern: durationPattern, value: ([text]) => readDuration(text)?.toString() },
  {
    kind: 'severity',
    pattern:
      /\b(critical|high|medium|moderate|low|informational)\b(?=[\s-]*(?:severity|priority|importance|urgency|alert|message|notification|incident|prio\b))|(?:severity|priority|urgency)\s*(?:is|of|:|=)?\s*(critical|high|medium|moderate|low|info(?:rmational)?)\b/gi,
    value: (found) => severityOf(found[1] ?? found[2] ?? ''),
  },
  { kind: 'port', pattern: /\bports?\s+(\d{1,5})\b|(?<=\S):(\d{2,5})\b/gi, value: (found) => found[1] ?? found[2] },
];

const severityOf = (word: string): string => {
  const said = word.toLowerCase();
  return said === 'moderate' ? 'medium' : said.startsWith('info') ? 'info' : said;
};

/**
 * Brackets and `hxxp` that keep people from clicking are taken away; the length may change, so do this before looking.
 * What comes from a sentence or a ticket is no expression: `${{` in it is broken, so that it can never read a secret.
 */
export const refang = (text: string): string =>
  text
    .replaceAll('${{', '$ {{')
    .replace(/\bhxxp(s?):\/\//gi, 'http$1://')
    .replace(/\[\.\]|\(\.\)|\[dot\]|\(dot\)/gi, '.')
    .replace(/\[:\]/g, ':')
    .replace(/\[at\]|\[@\]/gi, '@');

/** All things that a text names, in order; none overlaps another. `text` is refanged. */
export function entitiesIn(text: string): Entity[] {
  const taken = new Uint8Array(text.length);
  const found: Entity[] = [];
  for (const { kind, pattern, value } of kinds) {
    for (const match of text.matchAll(pattern)) {
      const end = match.index + match[0].length;
      if (taken.subarray(match.index, end).some((mark) => mark === 1)) continue;
      const read = value === undefined ? match[0] : value(match);
      if (read === undefined || read === '') continue;
      found.push({ kind, value: read, at: match.index, end });
      taken.fill(1, match.index, end);
    }
  }
  return found.sort((a, b) => a.at - b.at);
}

export const valuesOf = (entities: readonly Entity[], ...wanted: readonly EntityKind[]): string[] => [
  ...new Set(entities.filter(({ kind }) => wanted.includes(kind)).map(({ value }) => value)),
];
