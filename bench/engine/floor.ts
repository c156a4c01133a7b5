// What the disk allows: one durable commit of SQLite as the journal makes it, and one fdatasync.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Figure, figure, timed } from './stats.ts';

const perRound = 500;
const payload = 'x'.repeat(400);

/** Milliseconds each. */
export async function floor(parent: string, rounds = 9): Promise<{ commit: Figure; fdatasync: Figure }> {
  const folder = mkdtempSync(join(parent, 'floor-'));
  const db = new DatabaseSync(join(folder, 'floor.db'));
  db.exec(
    'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)',
  );
  const insert = db.prepare('INSERT INTO t (text) VALUES (?)');
  const file = openSync(join(folder, 'floor.bin'), 'w');
  const commits: number[] = [];
  const syncs: number[] = [];
  // In turns, so that a slower moment of the disk meets both.
  for (let round = 0; round <= rounds; round++) {
    const commit = await timed(() => {
      for (let index = 0; index < perRound; index++) insert.run(payload);
    });
    const sync = await timed(() => {
      for (let index = 0; index < perRound; index++) {
        writeSync(file, payload);
        fdatasyncSync(file);
      }
    });
    if (round === 0) continue;
    commits.push(commit / perRound);
    syncs.push(sync / perRound);
  }
  closeSync(file);
  db.close();
  return { commit: figure(commits), fdatasync: figure(syncs) };
}
