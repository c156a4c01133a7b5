import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { byHand, type Entries, live } from '../holds.ts';
import { readText, writeText } from './files.ts';
import { locked } from './lock.ts';
import { type ListRecord, readRecord, recordText } from './record.ts';

/**
 * A text file that others subscribe to, one entry a line, and a record beside it (`.NAME.json`) of who holds each entry and until when.
 * 1. The record is written before the text, with the lines that the text had (`before`); then the text; then the record without them.
 * 2. With `before` a change broke off: the record is right. Without it the text was as the record says: what differs was done by hand,
 *    and is respected: a new line is held by hand, a line that is gone is held by nobody. A text that is gone altogether is written again.
 * 3. Lines that are no entries (comments) are kept as they are.
 */
export interface List {
  readonly file: string;
  /** The usual form of a line's entry; undefined for what is none. */
  key(line: string): string | undefined;
  /** The lines for these entries, in order, without those that another one makes needless. */
  lines(keys: readonly string[]): readonly string[];
  now(): number;
}

/** What is held now. Changes nothing, not even a folder; a change that is going on is waited for. */
export async function lookAt(list: List, signal: AbortSignal): Promise<Entries> {
  if (!existsSync(list.file) && !existsSync(recordOf(list))) return new Map();
  return inside(list, signal, async () => current(list, await read(list)));
}

/** Changes it under a lock; entries that have expired go with any change, and with one that changes nothing. Throws a ProblemError. */
export const change = <T>(list: List, signal: AbortSignal, work: (entries: Entries) => T): Promise<T> =>
  inside(list, signal, async () => {
    const found = await read(list);
    const entries = current(list, found);
    const result = work(entries);
    await write(list, found, entries);
    return result;
  });

interface Found {
  readonly text: string | undefined;
  readonly lines: readonly string[];
  readonly record: ListRecord;
}

async function read(list: List): Promise<Found> {
  const [text, kept] = await Promise.all([readText(list.file), readText(recordOf(list))]);
  const lines = (text ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
  try {
    return { text, lines, record: kept === undefined ? { entries: new Map() } : readRecord(kept) };
  } catch (error) {
    throw new ProblemError(
      problem(
        'list-failed',
        { file: recordOf(list), why: error instanceof SyntaxError ? 'it is not JSON' : reasonOf(error) },
        { remedy: `Mend it, or remove it: what stands in ${list.file} then counts as entered by hand, without an end.` },
      ),
    );
  }
}

function current(list: List, { text, lines, record }: Found): Entries {
  const entries: Entries = new Map(record.entries);
  const present = new Set(lines.flatMap((line) => list.key(line) ?? []));
  const shown = list.lines([...record.entries.keys()]);
  const known = new Set([...record.entries.keys(), ...(record.before ?? []).flatMap((line) => list.key(line) ?? [])]);
  for (const line of lines) {
    const key = list.key(line);
    if (key === undefined || known.has(key)) continue;
    const reason = line.split('#').slice(1).join('#').trim();
    entries.set(key, [{ id: byHand, expires: null, ...(reason === '' ? {} : { reason }) }]);
  }
  if (record.before === undefined && text !== undefined) for (const key of shown) if (!present.has(key)) entries.delete(key);
  const now = list.now();
  for (const [key, holds] of entries) {
    const left = live(holds, now);
    if (left.length === 0) entries.delete(key);
    else if (left.length < holds.length) entries.set(key, left);
  }
  return entries;
}

async function write(list: List, { text, lines, record }: Found, entries: Entries): Promise<void> {
  const other = lines.filter((line) => list.key(line) === undefined);
  const next = [...other, ...list.lines([...entries.keys()])].map((line) => `${line}\n`).join('');
  const settled = recordText({ entries });
  if (next !== text) {
    await writeText(recordOf(list), recordText({ entries, before: lines }), 0o600);
    await writeText(list.file, next, 0o644);
  } else if (settled === recordText(record)) return;
  await writeText(recordOf(list), settled, 0o600);
}

/** Hidden, so that a web server that hands out the list does not hand out the reasons. */
const beside = (list: List, end: string): string => join(dirname(list.file), `.${basename(list.file)}.${end}`);
const recordOf = (list: List): string => beside(list, 'json');

async function inside<T>(list: List, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    await mkdir(dirname(list.file), { recursive: true });
    return await locked(beside(list, 'lock'), work, signal);
  } catch (error) {
    if (error instanceof ProblemError || signal.aborted) throw error;
    throw new ProblemError(problem('list-failed', { file: list.file, why: reasonOf(error) }));
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
