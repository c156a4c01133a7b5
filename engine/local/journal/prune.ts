import type { DatabaseSync } from 'node:sqlite';
import { auditChain, chainStart, linkHash } from './chain.ts';
import { number, text } from './rows.ts';

/** Runs that ended before a time (milliseconds since the epoch), oldest first. */
export function prunable(db: DatabaseSync, before: number): string[] {
  return db
    .prepare('SELECT id FROM runs WHERE finished_at < ? ORDER BY finished_at, id')
    .all(before)
    .map((row) => text(row, 'id'));
}

/**
 * Removes what a finished run held, in one transaction: its inputs, requests, outputs, environment, and its snapshots when no other run has them.
 * Its events stay without their content, and the audit chain gets an event that names the run and its head, so that every chain can still be checked.
 */
export function pruneRun(db: DatabaseSync, run: string, time: number): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const end = db.prepare('SELECT seq, hash FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1').get(run);
    const before = db.prepare('SELECT seq, hash FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1').get(auditChain);
    if (!end) throw new Error(`${run} has no events`);
    const payload = JSON.stringify({ run, seq: number(end, 'seq'), head: text(end, 'hash') });
    const prev = before ? text(before, 'hash') : chainStart;
    const link = { run: auditChain, seq: (before ? number(before, 'seq') : 0) + 1, time, kind: 'run-pruned', payload, prev };
    db.prepare('DELETE FROM event_states WHERE cursor IN (SELECT cursor FROM events WHERE run = ?)').run(run);
    db.prepare("UPDATE events SET payload = '' WHERE run = ?").run(run);
    for (const table of ['environments', 'steps', 'approvals']) db.prepare(`DELETE FROM ${table} WHERE run = ?`).run(run);
    const snapshots = [
      ...db.prepare('DELETE FROM runs WHERE id = ? RETURNING snapshot AS digest').all(run),
      ...db.prepare('DELETE FROM earlier_snapshots WHERE run = ? RETURNING digest').all(run),
    ];
    for (const row of snapshots)
      db.prepare(
        `DELETE FROM snapshots WHERE digest = ?1 AND NOT EXISTS (SELECT 1 FROM runs WHERE snapshot = ?1)
         AND NOT EXISTS (SELECT 1 FROM earlier_snapshots e WHERE e.digest = ?1)`,
      ).run(text(row, 'digest'));
    db.prepare('INSERT INTO events (run, seq, time, kind, payload, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
      link.run,
      link.seq,
      link.time,
      link.kind,
      link.payload,
      link.prev,
      linkHash(link),
    );
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
