import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { number, type Row, text } from './rows.ts';

/** What stands before a run's first event. */
export const chainStart = '0'.repeat(64);
/** The chain of what the journal itself went through; no run is called so. */
export const auditChain = 'audit';

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

export interface Verified {
  readonly events: number;
  readonly runs: number;
  /** Runs of which retention has left the hashes only. */
  readonly pruned: number;
  readonly damages: readonly Damage[];
}

/** Where a pruned run ended. */
export interface Pruned {
  readonly seq: number;
  readonly head: string;
}

const page = 2000;

/** The runs whose content was pruned, as the audit chain has them. */
export function prunedRuns(db: DatabaseSync): Map<string, Pruned> {
  const rows = db.prepare("SELECT payload FROM events WHERE run = ? AND kind = 'run-pruned' ORDER BY seq").all(auditChain);
  return new Map(
    rows.map((row) => {
      const { run, seq, head } = JSON.parse(text(row, 'payload')) as { run: string } & Pruned;
      return [run, { seq, head }];
    }),
  );
}

/**
 * Checks every chain from its first event, and that each snapshot is the one its digest names; reads the whole journal.
 * Of a pruned run: that its hashes follow one another up to the head that was recorded when it was pruned.
 * Yields after each page, so that an engine at work can do other things in between.
 */
export function* verifySteps(db: DatabaseSync, snapshotDigest: (json: string) => string): Generator<undefined, Verified> {
  const damages: Damage[] = [];
  const pruned = prunedRuns(db);
  let events = 0;
  let runs = 0;
  let last: { run: string; seq: number; hash: string } | undefined;
  let broken: string | undefined;
  const read = db.prepare('SELECT * FROM events WHERE (run, seq) > (?, ?) ORDER BY run, seq LIMIT ?');
  const seen = new Set<string>();
  const endOf = (end: typeof last) => {
    const expected = end && pruned.get(end.run);
    if (end && expected && broken !== end.run && (expected.seq !== end.seq || expected.head !== end.hash))
      damages.push({ run: end.run, why: 'it does not end where it ended when it was pruned' });
  };
  for (;;) {
    const rows = read.all(last?.run ?? '', last?.seq ?? 0, page);
    for (const row of rows) {
      const link = linkOf(row);
      events++;
      if (link.run !== last?.run) {
        endOf(last);
        if (link.run !== auditChain) runs++;
        seen.add(link.run);
        last = { run: link.run, seq: 0, hash: chainStart };
        broken = undefined;
      }
      const hash = text(row, 'hash');
      const why = broken === link.run ? undefined : fault(link, hash, last, pruned.has(link.run));
      if (why) {
        broken = link.run;
        damages.push({ run: link.run, why });
      }
      last = { run: link.run, seq: link.seq, hash };
    }
    if (rows.length < page) break;
    yield;
  }
  endOf(last);
  for (const run of pruned.keys()) if (!seen.has(run)) damages.push({ run, why: 'its hashes are missing' });
  for (const row of db
    .prepare('SELECT id, seq FROM runs WHERE seq <> (SELECT COALESCE(MAX(seq), 0) FROM events WHERE run = id)')
    .iterate()) {
    damages.push({ run: text(row, 'id'), why: `events after ${number(row, 'seq')} are missing or were added` });
  }
  for (const { digest } of db.prepare('SELECT digest FROM snapshots').all()) {
    const row = db.prepare('SELECT json FROM snapshots WHERE digest = ?').get(String(digest));
    if (!row || snapshotDigest(text(row, 'json')) === digest) continue;
    for (const run of db
      .prepare('SELECT id FROM runs WHERE snapshot = ?1 UNION SELECT run FROM earlier_snapshots WHERE digest = ?1')
      .all(String(digest)))
      damages.push({ run: text(run, 'id'), why: 'its snapshot was changed' });
    yield;
  }
  return { events, runs, pruned: pruned.size, damages };
}

export function verifyAll(db: DatabaseSync, snapshotDigest: (json: string) => string): Verified {
  const steps = verifySteps(db, snapshotDigest);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
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

function fault(link: Link, hash: string, before: { seq: number; hash: string }, pruned = false): string | undefined {
  if (link.seq !== before.seq + 1) return `event ${before.seq + 1} is missing`;
  if (link.prev !== before.hash) return `event ${link.seq} does not follow the one before it`;
  // What was pruned has nothing left to be hashed; anything else in its place was put there.
  if (pruned ? link.payload !== '' : linkHash(link) !== hash) return `event ${link.seq} was changed`;
  return undefined;
}
