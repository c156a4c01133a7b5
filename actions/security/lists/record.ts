import type { Json } from '../../../runbook/core/json.ts';
import { type Entries, type Hold, iso } from '../holds.ts';

/** What stands in the file beside a list. */
export interface ListRecord {
  readonly entries: Entries;
  /** The list's lines when a change of it began; there until the change is complete, also after the process died in between. */
  readonly before?: readonly string[];
}

export function recordText({ entries, before }: ListRecord): string {
  const holds = ({ id, expires, since, reason }: Hold) => ({
    by: id,
    expires: iso(expires),
    ...(since === undefined ? {} : { since: iso(since) }),
    ...(reason === undefined ? {} : { reason }),
  });
  const listed = Object.fromEntries([...entries].map(([key, all]) => [key, all.map(holds)]));
  return `${JSON.stringify({ version: 1, entries: listed, ...(before === undefined ? {} : { before }) }, null, 1)}\n`;
}

/** Throws an Error that says what is wrong with it. */
export function readRecord(text: string): ListRecord {
  const value: Json = JSON.parse(text);
  if (!isObject(value) || value.version !== 1 || !isObject(value.entries ?? null)) throw new Error('it is not a record of version 1');
  const entries: Entries = new Map();
  for (const [key, holds] of Object.entries(Object(value.entries))) {
    if (!Array.isArray(holds)) throw new Error(`the entry ${key.slice(0, 60)} is no list`);
    entries.set(
      key,
      holds.map((hold) => readHold(key, hold)),
    );
  }
  const { before } = value;
  return { entries, ...(Array.isArray(before) ? { before: before.map(String) } : {}) };
}

function readHold(key: string, value: Json): Hold {
  if (!isObject(value) || typeof value.by !== 'string') throw new Error(`the entry ${key.slice(0, 60)} does not say by whom it is`);
  const time = (given: Json | undefined): number => {
    const read = typeof given === 'string' ? Date.parse(given) : Number.NaN;
    if (Number.isNaN(read)) throw new Error(`the entry ${key.slice(0, 60)} has a time that cannot be read`);
    return read;
  };
  return {
    id: value.by,
    expires: value.expires === null ? null : time(value.expires),
    ...(value.since === undefined ? {} : { since: time(value.since) }),
    ...(typeof value.reason === 'string' ? { reason: value.reason } : {}),
  };
}

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
