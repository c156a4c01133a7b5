import { renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { hole, testMigrations } from '../../connectors/hole.ts';
import { migrations } from './schema.ts';

/** Milliseconds to wait for another process's look at the file. An engine at work is not waited for: whoever asks for one starts it again. */
const lockWait = 300;
const busy = 5;

/**
 * Opens the journal of a state folder and takes its lock: one process at a time, until close.
 * Throws ProblemError: `engine-running`, `journal-newer`, `state-folder`.
 */
export function openDatabase(folder: string, steps: readonly string[] = [...migrations, ...testMigrations()]): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(join(folder, 'journal.db'), { timeout: lockWait, enableForeignKeyConstraints: true });
    // The order matters: exclusive before WAL means that no shared-memory file is used and the lock is held from the first write on.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA trusted_schema = OFF');
    // 16 MiB of pages, filled when used: many runs at once touch rows all over the tables. Checkpoints, each two syncs, come every 16 MiB.
    db.exec('PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096');
    db.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT; COMMIT');
    checkLength(db, folder);
    migrate(db, folder, steps);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof ProblemError) throw error;
    if (isBroken(error)) throw new ProblemError(problem('journal-broken', { folder, why: why(error) }));
    if (isBusy(error)) throw new ProblemError(problem('engine-running', { folder }));
    throw new ProblemError(problem('state-folder', { folder, why: why(error) }));
  }
}

export function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare("SELECT value FROM meta WHERE key = 'schema'").get()?.value ?? 0);
}

function migrate(db: DatabaseSync, folder: string, steps: readonly string[]): void {
  const current = schemaVersion(db);
  if (current === steps.length) return;
  if (current > steps.length) throw new ProblemError(problem('journal-newer', { folder, theirs: current, ours: steps.length }));
  if (current > 0) backup(db, join(folder, `journal.schema-${current}.db`));
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const step of steps.slice(current)) db.exec(step);
    hole('during-migration');
    db.prepare("INSERT INTO meta VALUES ('schema', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value").run(String(steps.length));
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** A whole copy beside the journal, by rename: never half of one. */
function backup(db: DatabaseSync, file: string): void {
  const draft = `${file}.draft`;
  rmSync(draft, { force: true });
  db.prepare('VACUUM INTO ?').run(draft);
  renameSync(draft, file);
}

/** SQLite would notice only when it reads what is missing. */
function checkLength(db: DatabaseSync, folder: string): void {
  const size = Number(db.prepare('PRAGMA page_size').get()?.page_size);
  const pages = Number(db.prepare('PRAGMA page_count').get()?.page_count);
  const files = ['journal.db', 'journal.db-wal'].map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  // Pages that a commit added are in the log until they are copied.
  if (files.reduce((sum, length) => sum + length, 0) < pages * size)
    throw new ProblemError(problem('journal-broken', { folder, why: `it is cut off (${files[0]} bytes of ${pages * size})` }));
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
export function isBroken(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && [11, 26].includes(error.errcode & 0xff);
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === busy;
}
