import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import type { Columns } from './csv.ts';

export const feedFormats = ['csv', 'stix', 'misp', 'list'] as const;
export type FeedFormat = (typeof feedFormats)[number];

/** A feed as the settings name it, or a file of the default folder. */
export interface FeedSource {
  readonly name: string;
  readonly at:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'url'; readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** Seen from its content when absent. */
  readonly format?: FeedFormat;
  readonly columns: Columns;
  /** 0 to 1: how much of the feed's own certainty counts. */
  readonly trust: number;
}

const defaultTrust = 70;
const mostFeeds = 100;
const extensions = new Set(['.csv', '.tsv', '.json', '.stix', '.misp', '.txt', '.list']);
const known = new Set(['name', 'path', 'url', 'headers', 'format', 'column', 'columns', 'trust']);

/** Those of the settings, then the files of `.runwright/feeds/` that no setting names. Throws `intel-settings`. */
export async function feedSources(settings: Json | undefined, workspace: string): Promise<FeedSource[]> {
  const { feeds } = mapping(settings, 'it');
  const listed = feeds === undefined || feeds === null ? [] : Array.isArray(feeds) ? feeds : wrong('feeds is not a list');
  if (listed.length > mostFeeds) wrong(`there are more than ${mostFeeds} feeds`);
  const sources = listed.map((feed, index) => readSource(feed, index + 1, workspace));
  const paths = new Set(sources.map(({ at }) => (at.kind === 'file' ? at.path : '')));
  const names = new Set(sources.map(({ name }) => name));
  if (names.size < sources.length) wrong('two feeds have the same name; give each its own `name`');
  for (const file of await filesOf(join(workspace, 'feeds'))) {
    if (paths.has(file)) continue;
    const plain = basename(file, extname(file));
    const name = names.has(plain) ? basename(file) : plain;
    names.add(name);
    sources.push({ name, at: { kind: 'file', path: file }, columns: {}, trust: defaultTrust / 100 });
  }
  return sources;
}

function readSource(given: Json, number: number, workspace: string): FeedSource {
  const where = `feed ${number}`;
  const feed = typeof given === 'string' ? (/^https?:/i.test(given) ? { url: given } : { path: given }) : mapping(given, where);
  for (const key of Object.keys(feed)) if (!known.has(key)) wrong(`${where} has ${key}, which is none of ${[...known].join(', ')}`);
  const { path, url, format, column, trust = defaultTrust } = feed;
  if ((path === undefined) === (url === undefined)) return wrong(`${where} needs either path or url`);
  if (typeof trust !== 'number' || trust < 0 || trust > 100) return wrong(`${where}: trust is a number from 0 to 100`);
  if (format !== undefined && !feedFormats.some((known) => known === format))
    return wrong(`${where}: format is one of ${feedFormats.join(', ')}`);
  const at = path === undefined ? urlOf(url, feed.headers, where) : pathOf(path, where, workspace);
  const plain = at.kind === 'file' ? basename(at.path, extname(at.path)) : new URL(at.url).hostname;
  const name = feed.name ?? plain;
  if (typeof name !== 'string' || !/^[^\p{C}]{1,100}$/u.test(name)) return wrong(`${where}: name is a text of at most 100 characters`);
  const columns = { ...columnsOf(feed.columns, where), ...(column !== undefined && { indicator: columnOf(column, `${where}: column`) }) };
  const read = feedFormats.find((known) => known === format);
  return { name, at, columns, trust: trust / 100, ...(read && { format: read }) };
}

function pathOf(path: Json, where: string, workspace: string): FeedSource['at'] {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) return wrong(`${where}: path is a text`);
  return { kind: 'file', path: isAbsolute(path) ? path : resolve(dirname(workspace), path) };
}

function urlOf(url: Json | undefined, headers: Json | undefined, where: string): FeedSource['at'] {
  if (typeof url !== 'string' || !/^https?:\/\//i.test(url) || !URL.canParse(url))
    return wrong(`${where}: url begins with https:// or http://`);
  const given = headers === undefined ? {} : mapping(headers, `${where}: headers`);
  return { kind: 'url', url, headers: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)])) };
}

function columnsOf(value: Json | undefined, where: string): Columns {
  if (value === undefined) return {};
  const columns: Record<string, string | number> = {};
  for (const [kind, column] of Object.entries(mapping(value, `${where}: columns`))) {
    if (!['indicator', 'first_seen', 'last_seen', 'tags', 'reference', 'confidence'].includes(kind))
      wrong(`${where}: columns has ${kind}, which is none that a feed has`);
    columns[kind] = columnOf(column, `${where}: columns.${kind}`);
  }
  return columns;
}

const columnOf = (value: Json, where: string): string | number =>
  (typeof value === 'string' && value !== '') || (typeof value === 'number' && Number.isInteger(value) && value > 0)
    ? value
    : wrong(`${where} is the name of a column, or its number from 1`);

/** Sorted; none where there is no such folder. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter(
    (entry) => !entry.isDirectory() && !entry.name.startsWith('.') && extensions.has(extname(entry.name).toLowerCase()),
  );
  return files
    .map(({ name }) => join(folder, name))
    .sort()
    .slice(0, mostFeeds);
}

export function mapping(value: Json | undefined, what: string): JsonObject {
  if (value === undefined || value === null) return {};
  return isObject(value) ? value : wrong(`${what} is not a mapping`);
}

export function wrong(why: string): never {
  throw new ProblemError(problem('intel-settings', { why }));
}

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
