import { readFile } from 'node:fs/promises';
import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { httpRequest } from '../../http/request/request.ts';
import { plainFile } from '../plain-file.ts';
import { FeedCache } from './cache.ts';
import type { FeedIndex } from './index-of.ts';
import { parseFeed } from './parse.ts';
import type { FeedSource } from './source.ts';

/** Bytes of a feed file. */
const largest = 64 * 1024 * 1024;
/** How long a downloaded feed counts as new, in milliseconds. */
const freshFor = 15 * 60_000;

const cache = new FeedCache();

/** Reads a feed, or takes it from before when its file has not changed. `timeout` as in `20s`. Throws a ProblemError that names the feed. */
export async function loadFeed(source: FeedSource, context: ActionContext, timeout: string): Promise<FeedIndex> {
  const { name, at, format, columns } = source;
  const as = { name, columns, now: Date.now(), ...(format && { format }) };
  if (at.kind === 'url') {
    const key = JSON.stringify([at.url, at.headers, format, columns]);
    const age = Math.floor(Date.now() / freshFor);
    return (
      cache.get(key, String(age)) ??
      cache.keep(key, String(age), await parseFeed({ ...as, bytes: await download(source, context, timeout) }))
    );
  }
  const key = JSON.stringify([at.path, format, columns]);
  try {
    const { size, mtimeMs } = await plainFile(at.path);
    const state = `${size} ${mtimeMs}`;
    const known = cache.get(key, state);
    if (known) return known;
    if (size > largest) throw new ProblemError(problem('intel-feed-wrong', { feed: name, why: 'it is larger than 64 MiB; divide it' }));
    return cache.keep(key, state, await parseFeed({ ...as, bytes: await readFile(at.path) }));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(problem('intel-feed-missing', { feed: name, why: reasonOf(error) }));
  }
}

async function download({ name, at }: FeedSource, context: ActionContext, timeout: string): Promise<Buffer> {
  if (at.kind !== 'url') return Buffer.alloc(0);
  const outcome = await httpRequest({ url: at.url, headers: at.headers, timeout }, { ...context, log: () => undefined });
  if (outcome.kind === 'succeeded') return Buffer.from(String(outcome.outputs.body ?? ''));
  if (outcome.kind === 'cancelled') throw new ProblemError(problem('step-cancelled'));
  const { message, remedy, class: kind } = outcome.error;
  throw new ProblemError(problem('intel-unreachable', { source: `The feed ${name}`, why: message }, { remedy, class: kind }));
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
  ENOTFILE: 'it is not a plain file',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (code || 'it cannot be opened');
}
