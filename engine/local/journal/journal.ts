import type { DatabaseSync } from 'node:sqlite';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { KernelEvent } from '../../kernel/event.ts';
import type { Snapshot } from '../../kernel/snapshot.ts';
import { chainStart, type Damage, linkHash, verifyAll, verifyTails } from './chain.ts';
import { openDatabase, schemaVersion } from './open.ts';
import { type EventState, projector } from './projections.ts';
import { number, optionalText, type Row, text } from './rows.ts';
import { projectionTables } from './schema.ts';

/** An event as it stands in the journal, and where it left run and step. */
export interface Recorded extends EventState {
  readonly run: string;
  readonly seq: number;
  readonly event: KernelEvent;
}

/** Written in the same transaction as a run's first event. */
export interface Beginning {
  readonly digest: string;
  readonly snapshot: Snapshot;
  readonly environment: Readonly<Record<string, string>>;
}

interface Waiting {
  readonly run: string;
  readonly expectedSeq: number;
  readonly events: readonly KernelEvent[];
  readonly beginning?: Beginning;
  resolve(recorded: Recorded[]): void;
  reject(error: Error): void;
}

/**
 * The append-only record of all runs.
 * 1. What append() resolved with is on the disk; what it rejected with is not, in no part.
 * 2. Events of a run are numbered from 1 without gaps; an append that expects another sequence is refused.
 * 3. Tables beside events are derived: rebuild() makes them again, equal.
 */
export class Journal {
  readonly db: DatabaseSync;
  readonly folder: string;
  readonly schema: number;
  /** Runs whose last events do not fit together: not to be driven. */
  readonly damages: ReadonlyMap<string, Damage>;
  #project: ReturnType<typeof projector>;
  #waiting: Waiting[] = [];
  #scheduled = false;

  /** Opens the journal of a state folder and takes its lock. Throws ProblemError (see openDatabase). */
  constructor(folder: string) {
    this.folder = folder;
    this.db = openDatabase(folder);
    this.schema = schemaVersion(this.db);
    this.#project = projector(this.db);
    this.damages = new Map(verifyTails(this.db).map((damage) => [damage.run, damage]));
  }

  /** `expectedSeq` is the run's last sequence (0 for a new run). What is asked for within one turn of the event loop shares one commit. Rejects with `state-folder` when the disk does not take it. */
  append(run: string, expectedSeq: number, events: readonly KernelEvent[], beginning?: Beginning): Promise<Recorded[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run, expectedSeq, events, beginning, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#scheduled = false;
    const written: { waiting: Waiting; recorded: Recorded[] }[] = [];
    const refused: { waiting: Waiting; error: Error }[] = [];
    try {
      this.db.exec('BEGIN IMMEDIATE');
      for (const waiting of batch) {
        this.db.exec('SAVEPOINT one');
        try {
          written.push({ waiting, recorded: this.#write(waiting) });
        } catch (error) {
          // A full disk ends the whole transaction; anything else is this request's own fault.
          if (!this.db.isTransaction) throw error;
          this.db.exec('ROLLBACK TO one');
          refused.push({ waiting, error: this.#failure(error) });
        }
        this.db.exec('RELEASE one');
      }
      this.db.exec('COMMIT');
    } catch (error) {
      if (this.db.isOpen && this.db.isTransaction) this.db.exec('ROLLBACK');
      for (const { reject } of batch) reject(this.#failure(error));
      return;
    }
    for (const { waiting, error } of refused) waiting.reject(error);
    for (const { waiting, recorded } of written) waiting.resolve(recorded);
  }

  #write({ run, expectedSeq, events, beginning }: Waiting): Recorded[] {
    const last = this.db.prepare('SELECT seq, hash FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1').get(run);
    let seq = last ? number(last, 'seq') : 0;
    let prev = last ? text(last, 'hash') : chainStart;
    if (seq !== expectedSeq) throw new Error(`the journal of ${run} is at ${seq}, not at ${expectedSeq}`);
    if (beginning) {
      this.db
        .prepare('INSERT INTO snapshots VALUES (?, ?) ON CONFLICT DO NOTHING')
        .run(beginning.digest, JSON.stringify(beginning.snapshot));
      this.db.prepare('INSERT INTO environments VALUES (?, ?)').run(run, JSON.stringify(beginning.environment));
    }
    const insert = this.db.prepare('INSERT INTO events (run, seq, time, kind, payload, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?)');
    return events.map((event) => {
      const { time, kind, ...rest } = event;
      const link = { run, seq: ++seq, time, kind, payload: JSON.stringify(rest), prev };
      prev = linkHash(link);
      const { lastInsertRowid } = insert.run(run, seq, time, kind, link.payload, link.prev, prev);
      return { run, seq, event, ...this.#project({ run, seq, cursor: Number(lastInsertRowid), event }) };
    });
  }

  #failure(error: unknown): ProblemError {
    const why = error instanceof Error ? error.message : String(error);
    const fromDisk = error instanceof Error && 'errcode' in error;
    return new ProblemError(fromDisk ? problem('state-folder', { folder: this.folder, why }) : problem('internal', { why }));
  }

  /** Events of a run after a sequence, at most `limit`. */
  read(run: string, after = 0, limit = -1): Recorded[] {
    const sql =
      'SELECT e.*, s.status, s.step_status FROM events e JOIN event_states s USING (cursor) WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?';
    return this.db.prepare(sql).all(run, after, limit).map(recordedOf);
  }

  snapshot(run: string): { digest: string; snapshot: Snapshot } | undefined {
    const row = this.db.prepare('SELECT digest, json FROM snapshots JOIN runs ON runs.snapshot = digest WHERE runs.id = ?').get(run);
    return row && { digest: text(row, 'digest'), snapshot: JSON.parse(text(row, 'json')) as Snapshot };
  }

  environment(run: string): Record<string, string> {
    const row = this.db.prepare('SELECT json FROM environments WHERE run = ?').get(run);
    return row ? (JSON.parse(text(row, 'json')) as Record<string, string>) : {};
  }

  unfinished(): string[] {
    return this.db
      .prepare('SELECT id FROM runs WHERE finished_at IS NULL ORDER BY id')
      .all()
      .map((row) => text(row, 'id'));
  }

  /** Makes the derived tables again from the events. */
  rebuild(): void {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      for (const table of projectionTables) this.db.exec(`DELETE FROM ${table}`);
      this.#project = projector(this.db);
      const page = this.db.prepare('SELECT * FROM events WHERE cursor > ? ORDER BY cursor LIMIT 500');
      for (let rows = page.all(0); rows.length > 0; rows = page.all(number(rows.at(-1) ?? {}, 'cursor'))) {
        for (const row of rows)
          this.#project({ run: text(row, 'run'), seq: number(row, 'seq'), cursor: number(row, 'cursor'), event: eventOf(row) });
      }
      this.db.exec('COMMIT');
    } catch (error) {
      this.db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Reads everything and checks every chain and snapshot. */
  verify(snapshotDigest: (json: string) => string): ReturnType<typeof verifyAll> {
    return verifyAll(this.db, snapshotDigest);
  }

  close(): void {
    if (this.#waiting.length > 0) this.#flush();
    if (this.db.isOpen) this.db.close();
  }
}

function eventOf(row: Row): KernelEvent {
  return { time: number(row, 'time'), kind: text(row, 'kind'), ...(JSON.parse(text(row, 'payload')) as object) } as KernelEvent;
}

function recordedOf(row: Row): Recorded {
  const stepStatus = optionalText(row, 'step_status');
  return {
    run: text(row, 'run'),
    seq: number(row, 'seq'),
    event: eventOf(row),
    status: text(row, 'status'),
    ...(stepStatus === undefined ? {} : { stepStatus }),
  };
}
