import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { hole } from '../../connectors/hole.ts';
import type { KernelEvent } from '../../kernel/event.ts';
import type { Snapshot } from '../../kernel/snapshot.ts';
import { auditChain, chainStart, type Damage, linkHash, prunedRuns, type Verified, verifyAll, verifyTails } from './chain.ts';
import { isBroken, openDatabase, schemaVersion } from './open.ts';
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

export interface Named {
  readonly digest: string;
  readonly snapshot: Snapshot;
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
 * 4. A snapshot is written before the event that names it, and given back with that event.
 */
export class Journal {
  readonly db: DatabaseSync;
  readonly folder: string;
  readonly schema: number;
  /** Runs whose last events do not fit together: not to be driven. */
  readonly damages: ReadonlyMap<string, Damage>;
  #project: ReturnType<typeof projector>;
  readonly #statements: ReturnType<typeof statements>;
  /** Where runs at work ended when last written to: nobody else writes (the lock), and a failed commit forgets it. */
  readonly #ends = new Map<string, { readonly seq: number; readonly hash: string }>();
  /** Runs of one runbook share it in memory. */
  readonly #snapshots = new Map<string, WeakRef<Snapshot>>();
  #waiting: Waiting[] = [];
  #scheduled = false;

  /** Opens the journal of a state folder and takes its lock. Throws ProblemError (see openDatabase). */
  constructor(folder: string) {
    this.folder = folder;
    this.db = openDatabase(folder);
    this.schema = schemaVersion(this.db);
    this.#project = projector(this.db);
    this.#statements = statements(this.db);
    try {
      this.damages = new Map(verifyTails(this.db).map((damage) => [damage.run, damage]));
    } catch (error) {
      this.db.close();
      throw this.#failure(error);
    }
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
    const failure = this.#commit(batch);
    if (!failure) return;
    // One of many may be at fault: each gets its own commit, and only those that fail alone are refused.
    for (const waiting of batch) {
      const own = batch.length === 1 ? failure : this.#commit([waiting]);
      if (own) waiting.reject(this.#failure(own.error));
    }
  }

  /** All of them in one transaction, or none: then what failed is answered. */
  #commit(batch: readonly Waiting[]): { readonly error: unknown } | undefined {
    let recorded: Recorded[][];
    try {
      hole('before-append');
      this.#statements.begin.run();
      recorded = batch.map((waiting) => this.#write(waiting));
      this.#project.settle();
      this.#statements.commit.run();
      hole('after-append');
    } catch (error) {
      this.#ends.clear();
      this.#project = projector(this.db);
      if (this.db.isOpen && this.db.isTransaction) this.db.exec('ROLLBACK');
      return { error };
    }
    for (const [index, { resolve }] of batch.entries()) resolve(recorded[index] ?? []);
    return undefined;
  }

  #write({ run, expectedSeq, events, beginning }: Waiting): Recorded[] {
    const end = this.#ends.get(run) ?? this.#endOf(run);
    let { seq, hash: prev } = end;
    if (seq !== expectedSeq) throw new Error(`the journal of ${run} is at ${seq}, not at ${expectedSeq}`);
    if (beginning) {
      this.#keep(beginning.digest, beginning.snapshot);
      this.db.prepare('INSERT INTO environments VALUES (?, ?)').run(run, JSON.stringify(beginning.environment));
    }
    const { insert } = this.#statements;
    const recorded = events.map((event) => {
      if (event.kind === 'run-edited') this.#keep(event.snapshot, event.edited);
      const { time, kind, ...rest } = withoutSnapshot(event);
      const link = { run, seq: ++seq, time, kind, payload: JSON.stringify(rest), prev };
      prev = linkHash(link);
      const { lastInsertRowid } = insert.run(run, seq, time, kind, link.payload, link.prev, prev);
      return { run, seq, event, ...this.#project.take({ run, seq, cursor: Number(lastInsertRowid), event }) };
    });
    if (events.at(-1)?.kind === 'run-finished') this.#ends.delete(run);
    else this.#ends.set(run, { seq, hash: prev });
    return recorded;
  }

  #keep(digest: string, snapshot: Snapshot): void {
    this.db.prepare('INSERT INTO snapshots VALUES (?, ?) ON CONFLICT DO NOTHING').run(digest, JSON.stringify(snapshot));
  }

  #endOf(run: string): { readonly seq: number; readonly hash: string } {
    const last = this.#statements.end.get(run);
    return last ? { seq: number(last, 'seq'), hash: text(last, 'hash') } : { seq: 0, hash: chainStart };
  }

  #failure(error: unknown): ProblemError {
    const why = error instanceof Error ? error.message : String(error);
    const fromDisk = error instanceof Error && 'errcode' in error;
    if (isBroken(error)) return new ProblemError(problem('journal-broken', { folder: this.folder, why }));
    return new ProblemError(fromDisk ? problem('state-folder', { folder: this.folder, why }) : problem('internal', { why }));
  }

  /** Events of a run after a sequence, at most `limit`. */
  read(run: string, after = 0, limit = -1): Recorded[] {
    const sql =
      'SELECT e.*, s.status, s.step_status FROM events e JOIN event_states s USING (cursor) WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?';
    return this.db
      .prepare(sql)
      .all(run, after, limit)
      .map((row) => this.#recorded(row));
  }

  /** Every event of a run, one after the other: a long run is in memory once, as its state. */
  *events(run: string): Generator<KernelEvent> {
    for (const row of this.#statements.events.iterate(run)) yield this.#event(row);
  }

  /** What the run executes now. */
  snapshot(run: string): Named | undefined {
    const row = this.#statements.snapshotId.get(run);
    return row && this.#named(text(row, 'snapshot'));
  }

  /** What the run began with: its events lead from there to what it executes now. */
  firstSnapshot(run: string): Named | undefined {
    const row = this.#statements.first.get(run);
    return row && this.#named((JSON.parse(text(row, 'payload')) as { snapshot: string }).snapshot);
  }

  #named(digest: string): Named | undefined {
    const known = this.#snapshots.get(digest)?.deref();
    if (known) return { digest, snapshot: known };
    const found = this.#statements.snapshot.get(digest);
    if (!found) return undefined;
    const snapshot = JSON.parse(text(found, 'json')) as Snapshot;
    this.#snapshots.set(digest, new WeakRef(snapshot));
    return { digest, snapshot };
  }

  #event(row: Row): KernelEvent {
    const event = { time: number(row, 'time'), kind: text(row, 'kind'), ...(JSON.parse(text(row, 'payload')) as object) } as KernelEvent;
    if (event.kind !== 'run-edited') return event;
    const named = this.#named(event.snapshot);
    if (named === undefined) throw new Error(`snapshot ${event.snapshot} is missing`);
    return { ...event, edited: named.snapshot };
  }

  #recorded(row: Row): Recorded {
    const stepStatus = optionalText(row, 'step_status');
    return {
      run: text(row, 'run'),
      seq: number(row, 'seq'),
      event: this.#event(row),
      status: text(row, 'status'),
      ...(stepStatus === undefined ? {} : { stepStatus }),
    };
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
      const pruned = prunedRuns(this.db);
      for (const table of projectionTables) this.db.exec(`DELETE FROM ${table}`);
      this.#project = projector(this.db);
      const page = this.db.prepare('SELECT * FROM events WHERE cursor > ? ORDER BY cursor LIMIT 500');
      for (let rows = page.all(0); rows.length > 0; rows = page.all(number(rows.at(-1) ?? {}, 'cursor'))) {
        for (const row of rows) {
          // Nothing is left of it to be shown.
          if (text(row, 'run') === auditChain || pruned.has(text(row, 'run'))) continue;
          this.#project.take({ run: text(row, 'run'), seq: number(row, 'seq'), cursor: number(row, 'cursor'), event: this.#event(row) });
        }
        this.#project.settle();
      }
      this.db.exec('COMMIT');
    } catch (error) {
      this.db.exec('ROLLBACK');
      this.#project = projector(this.db);
      throw error;
    }
  }

  /** Reads everything and checks every chain and snapshot. */
  verify(snapshotDigest: (json: string) => string): Verified {
    return verifyAll(this.db, snapshotDigest);
  }

  close(): void {
    if (this.#waiting.length > 0) this.#flush();
    if (this.db.isOpen) this.db.close();
  }
}

/** Made once: parsing them anew costs more than running them. */
function statements(
  db: DatabaseSync,
): Readonly<Record<'begin' | 'commit' | 'insert' | 'end' | 'first' | 'events' | 'snapshotId' | 'snapshot', StatementSync>> {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    insert: db.prepare('INSERT INTO events (run, seq, time, kind, payload, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?)'),
    end: db.prepare('SELECT seq, hash FROM events WHERE run = ? ORDER BY seq DESC LIMIT 1'),
    first: db.prepare('SELECT payload FROM events WHERE run = ? AND seq = 1'),
    events: db.prepare('SELECT time, kind, payload FROM events WHERE run = ? ORDER BY seq'),
    snapshotId: db.prepare('SELECT snapshot FROM runs WHERE id = ?'),
    snapshot: db.prepare('SELECT json FROM snapshots WHERE digest = ?'),
  };
}

/** The events hold its digest. */
function withoutSnapshot(event: KernelEvent): KernelEvent | Omit<Extract<KernelEvent, { kind: 'run-edited' }>, 'edited'> {
  if (event.kind !== 'run-edited') return event;
  const { edited: _kept, ...rest } = event;
  return rest;
}
