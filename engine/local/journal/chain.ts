import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { number, type Row, text } from './rows.ts';

/** What stands before a run's first event. */
export const chainStart = '0'.repeat(64);

export interface Link {
  readonly run: string;
  readonly seq: number;
  readonly time: number;
  readonly kind: string;
  readonly payload: string;
  readonly prev: string;
}

/** SHA-256 over an event and the hash of the one before it; a JSON list keeps the fields apart. */
export function linkHash(link: Link): string {
  return createHash('sha256')
    .update(JSON.stringify([link.prev, link.run, link.seq, link.time, link.kind, link.payload]))
    .digest('hex');
}

export interface Damage {
  readonly run: string;
  readonly why: string;
}

/** Checks every chain from its first event, and that each snapshot is the one its digest names. For `audit verify`; reads the whole journal. */
export function verifyAll(db: DatabaseSync, snapshotDigest: (json: string) => string): { events: number; runs: number; damages: Damage[] } {
  const damages: Damage[] = [];
  let events = 0;
  let runs = 0;
  let last: { run: string; seq: number; hash: string } | undefined;
  let broken: string | undefined;
  for (const row of db.prepare('SELECT * FROM events ORDER BY run, seq').iterate()) {
    const link = linkOf(row);
    events++;
    if (link.run !== last?.run) {
      runs++;
      last = { run: link.run, seq: 0, hash: chainStart };
      broken = undefined;
    }
    const why = broken === link.run ? undefined : fault(link, text(row, 'hash'), last);
    if (why) {
      broken = link.run;
      damages.push({ run: link.run, why });
    }
    last = { run: link.run, seq: link.seq, hash: text(row, 'hash') };
  }
  for (const row of db
    .prepare('SELECT id, seq FROM runs WHERE seq <> (SELECT COALESCE(MAX(seq), 0) FROM events WHERE run = id)')
    .iterate()) {
    damages.push({ run: text(row, 'id'), why: `events after ${number(row, 'seq')} are missing or were added` });
  }
  for (const row of db.prepare('SELECT digest, json FROM snapshots').iterate()) {
    if (snapshotDigest(text(row, 'json')) === text(row, 'digest')) continue;
    for (const run of db.prepare('SELECT id FROM runs WHERE snapshot = ?').all(text(row, 'digest')))
      damages.push({ run: text(run, 'id'), why: 'its snapshot was changed' });
  }
  return { events, runs, damages };
}

/** Checks the last two events of each unfinished run: cheap enough for every start. */
export function verifyTails(db: DatabaseSync): Damage[] {
  const tail = db.prepare('SELECT * FROM events WHERE run = ? ORDER BY seq DESC LIMIT 3');
  const damages: Damage[] = [];
  for (const { id, seq } of db.prepare('SELECT id, seq FROM runs WHERE finished_at IS NULL').all()) {
    const run = String(id);
    const rows = tail.all(run).reverse();
    const newest = rows.at(-1);
    let why = newest && number(newest, 'seq') === seq ? undefined : 'its last events are missing';
    for (const [index, row] of rows.entries()) {
      const before = rows[index - 1];
      if (!before && number(row, 'seq') > 1) continue;
      why ??= fault(
        linkOf(row),
        text(row, 'hash'),
        before ? { seq: number(before, 'seq'), hash: text(before, 'hash') } : { seq: 0, hash: chainStart },
      );
    }
    if (why) damages.push({ run, why });
  }
  return damages;
}

function linkOf(row: Row): Link {
  return {
    run: text(row, 'run'),
    seq: number(row, 'seq'),
    time: number(row, 'time'),
    kind: text(row, 'kind'),
    payload: text(row, 'payload'),
    prev: text(row, 'prev'),
  };
}

function fault(link: Link, hash: string, before: { seq: number; hash: string }): string | undefined {
  if (link.seq !== before.seq + 1) return `event ${before.seq + 1} is missing`;
  if (link.prev !== before.hash) return `event ${link.seq} does not follow the one before it`;
  if (linkHash(link) !== hash) return `event ${link.seq} was changed`;
  return undefined;
}
