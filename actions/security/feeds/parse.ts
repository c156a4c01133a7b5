import { setImmediate as breathe } from 'node:timers/promises';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { type Columns, CsvWrong, readCsv } from './csv.ts';
import { entryOf, type Found } from './entry.ts';
import { FeedIndex } from './index-of.ts';
import { readList } from './list.ts';
import { isMisp, readMisp } from './misp.ts';
import type { FeedFormat } from './source.ts';
import { isStix, readStix } from './stix.ts';

/** Distinct indicators of one feed: the memory of the engine is for other things too. */
const mostEntries = 500_000;
const stride = 5000;

export interface FeedText {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly format?: FeedFormat;
  readonly columns?: Columns;
  /** Milliseconds since 1970: what had its day before is left out. */
  readonly now: number;
}

/** Throws `intel-feed-wrong`, which names the feed. */
export async function parseFeed(feed: FeedText): Promise<FeedIndex> {
  const text = decode(feed.bytes);
  if (text.trim() === '') return new FeedIndex();
  if (/^\s*<(?:!doctype|html|head|body|\?xml|rss)\b/i.test(text.slice(0, 2048))) return refuse(feed, 'it is a web page or XML, not a feed');
  if (text.slice(0, 65_536).includes('\0')) return refuse(feed, 'it is not text');
  const json = /^\s*[[{]/.test(text) ? parseJson(feed, text) : undefined;
  const format = feed.format ?? formatOf(text, json);
  const index = new FeedIndex();
  let read = 0;
  try {
    for await (const found of readers(feed, format, text, json)) {
      // So that the engine does something else in between.
      if (++read % stride === 0) await breathe();
      const entry = entryOf(found);
      if (entry) index.add(entry);
      if (index.size > mostEntries) refuse(feed, `it holds more than ${mostEntries.toLocaleString('en')} indicators; divide it`);
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    return refuse(feed, error instanceof CsvWrong ? why : `it is broken as ${format.toUpperCase()}: ${why}`);
  }
  // STIX and MISP may hold other things only; a list or table of something else is the wrong file.
  if (read > 0 && index.size === 0 && format !== 'stix') return refuse(feed, `none of its ${read} entries is an indicator`);
  return index;
}

function readers(feed: FeedText, format: FeedFormat, text: string, json: Json | undefined): Iterable<Found> | AsyncIterable<Found> {
  switch (format) {
    case 'stix':
      return json !== undefined && isStix(json) ? readStix(json, feed.now) : refuse(feed, 'it is no STIX bundle');
    case 'misp':
      return json !== undefined && isMisp(json) ? readMisp(json) : refuse(feed, 'it is no MISP event');
    case 'csv':
      return readCsv(text, feed.columns ?? {});
    case 'list':
      return Array.isArray(json) ? json.filter((item) => typeof item === 'string').map((indicator) => ({ indicator })) : readList(text);
  }
}

function formatOf(text: string, json: Json | undefined): FeedFormat {
  if (json !== undefined) return isStix(json) ? 'stix' : isMisp(json) ? 'misp' : 'list';
  const lines = text
    .slice(0, 65_536)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !/^\s*[#;]/.test(line));
  const divided = lines.slice(0, 20).filter((line) => /[,\t|]|;(?=\S)/.test(line));
  return divided.length * 2 > Math.min(20, lines.length) ? 'csv' : 'list';
}

function parseJson(feed: FeedText, text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A list may begin with an IPv6 address in brackets.
    if (/^\s*\[[0-9a-f:.]+\]/i.test(text) || feed.format === 'csv' || feed.format === 'list') return undefined;
    return refuse(feed, `it is broken as JSON: ${error instanceof Error ? error.message.slice(0, 120) : 'it does not end'}`);
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);

function refuse({ name }: FeedText, why: string): never {
  throw new ProblemError(problem('intel-feed-wrong', { feed: name, why }));
}
