import { readIndicator } from '../indicators/indicator.ts';
import type { Found } from './entry.ts';

/** Columns of a CSV feed by the name of the header, or by number from 1. */
export interface Columns {
  readonly indicator?: string | number;
  readonly first_seen?: string | number;
  readonly last_seen?: string | number;
  readonly tags?: string | number;
  readonly reference?: string | number;
  readonly confidence?: string | number;
}
type Kind = keyof Columns;

/** Names that feeds give their columns, the better ones first. */
const usual: Readonly<Record<Kind, readonly string[]>> = {
  indicator: [
    'indicator',
    'ioc',
    'ioc_value',
    'observable',
    'value',
    'ip',
    'ip_address',
    'ipaddress',
    'dst_ip',
    'src_ip',
    'address',
    'cidr',
    'network',
    'domain',
    'hostname',
    'host',
    'url',
    'sha256',
    'sha256_hash',
    'sha1',
    'md5',
    'hash',
  ],
  first_seen: ['first_seen', 'firstseen', 'first_seen_utc', 'dateadded', 'date_added', 'created', 'date'],
  last_seen: ['last_seen', 'lastseen', 'last_seen_utc', 'last_online', 'updated', 'modified'],
  tags: ['tags', 'tag', 'threat', 'malware', 'malware_printable', 'threat_type', 'category', 'description'],
  reference: ['reference', 'link', 'urlhaus_link', 'source_url'],
  confidence: ['confidence', 'confidence_level', 'score'],
};
const kinds: readonly Kind[] = ['indicator', 'first_seen', 'last_seen', 'tags', 'reference', 'confidence'];
/** Rows that tell which column holds indicators, where nothing names it. */
const sample = 50;

/** A sentence's end: what is wrong with the feed. */
export class CsvWrong extends Error {}

/** Throws CsvWrong, or what the parser says. Rows without an indicator are passed over. */
export async function* readCsv(text: string, given: Columns): AsyncIterable<Found> {
  const { parse } = await import('csv-parse');
  const { Readable } = await import('node:stream');
  const parser = parse({
    bom: true,
    comment: '#',
    comment_no_infix: true,
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: 1024 * 1024,
  });
  // In pieces, so that the engine does something else in between.
  const rows: AsyncIterable<string[]> = Readable.from(pieces(text)).pipe(parser);
  const held: string[][] = [];
  let places: Partial<Record<Kind, number>> | undefined;
  for await (const row of rows) {
    if (places) yield found(row, places);
    else if (held.push(row) >= sample) {
      places = placesOf(held, given);
      yield* start(held, places);
    }
  }
  if (!places && held.length > 0) yield* start(held, placesOf(held, given));
}

function* start(rows: readonly string[][], places: Partial<Record<Kind, number>>): Iterable<Found> {
  for (const row of rows) if (readIndicator(row[places.indicator ?? 0] ?? '')) yield found(row, places);
}

function placesOf(rows: readonly string[][], given: Columns): Partial<Record<Kind, number>> {
  const header = (rows[0] ?? []).map((name) => name.toLowerCase().replace(/[\s-]+/g, '_'));
  const hasHeader = !(rows[0] ?? []).some((cell) => readIndicator(cell));
  const places: Partial<Record<Kind, number>> = {};
  for (const kind of kinds) {
    const name = given[kind];
    const place =
      name === undefined
        ? hasHeader
          ? usualPlace(header, kind)
          : -1
        : typeof name === 'number'
          ? name - 1
          : header.indexOf(name.toLowerCase().replace(/[\s-]+/g, '_'));
    if (name !== undefined && place < 0)
      throw new CsvWrong(`it has no column ${name}; its columns are ${(rows[0] ?? []).slice(0, 20).join(', ')}`);
    if (place >= 0) places[kind] = place;
  }
  if (given.indicator === undefined && !holds(rows, places.indicator)) {
    const width = Math.max(...rows.map((row) => row.length));
    const place = Array.from({ length: width }, (_, index) => index).find((index) => holds(rows, index));
    if (place === undefined) throw new CsvWrong('no column of it holds indicators; name the right one as `column`');
    places.indicator = place;
  }
  return places;
}

const usualPlace = (header: readonly string[], kind: Kind): number => {
  const name = usual[kind].find((candidate) => header.includes(candidate));
  return name === undefined ? -1 : header.indexOf(name);
};

/** At least half of the rows, the header aside. */
function holds(rows: readonly string[][], place: number | undefined): boolean {
  if (place === undefined) return false;
  const fit = rows.filter((row) => readIndicator(row[place] ?? '')).length;
  return fit > 0 && fit * 2 >= rows.length - 1;
}

function found(row: readonly string[], places: Partial<Record<Kind, number>>): Found {
  const cell = (kind: Kind) => (places[kind] === undefined ? '' : (row[places[kind]] ?? '').replace(/^"|"$/g, '').trim());
  const confidence = Number.parseFloat(cell('confidence'));
  return {
    indicator: cell('indicator'),
    firstSeen: cell('first_seen'),
    lastSeen: cell('last_seen'),
    tags: cell('tags')
      .split(/[,;|]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '' && tag.toLowerCase() !== 'none'),
    ...(cell('reference') && { reference: cell('reference') }),
    ...(Number.isFinite(confidence) && { confidence }),
  };
}

function delimiterOf(text: string): string {
  const line = /^(?!#)[^\r\n]*[^\s][^\r\n]*$/m.exec(text.slice(0, 65_536))?.[0] ?? '';
  const counted = [',', ';', '\t', '|'].map((delimiter) => [delimiter, line.split(delimiter).length] as const);
  return counted.toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? ',';
}

function* pieces(text: string): Iterable<string> {
  for (let from = 0; from < text.length; from += 65_536) yield text.slice(from, from + 65_536);
}
