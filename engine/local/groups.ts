import type { DatabaseSync } from 'node:sqlite';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Concurrency } from '../../runbook/core/model.ts';
import type { Order } from './drive.ts';
import { optionalText, text } from './journal/rows.ts';
import type { StartOrder } from './start.ts';

interface Group {
  readonly name: string;
  readonly onBusy: Concurrency['onBusy'];
}

/**
 * Concurrency groups: of the runs of one group at most one is at work, the others wait in the order of their start.
 * Who waits is in the journal, so that it waits after a restart too.
 */
export class Groups {
  readonly #db: DatabaseSync;
  readonly #send: (run: string, order: Order) => Promise<void>;
  readonly #log: (text: string) => void;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(db: DatabaseSync, send: (run: string, order: Order) => Promise<void>, log: (text: string) => void) {
    this.#db = db;
    this.#send = send;
    this.#log = log;
  }

  /** Starts a run of a group with `begin`, at once or in the queue. Throws `group-busy` where it may not wait. One at a time: two cannot find the same group free. */
  enter({ name, onBusy }: Group, order: StartOrder, begin: (order: StartOrder) => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#members(name);
      const [first] = before;
      if (first !== undefined && onBusy === 'reject') throw busy(first.id, name);
      await begin({ ...order, group: name, ...(first === undefined ? {} : { queued: true }) });
      if (onBusy === 'cancel')
        for (const { id } of before)
          await this.#send(id, { kind: 'cancel', actor: order.actor }).catch((error: unknown) =>
            this.#log(`run ${id} was not cancelled: ${said(error)}`),
          );
    });
  }

  /** A run has ended: the next of its group begins. */
  left(run: string): Promise<void> {
    const row = this.#db.prepare('SELECT busy_group FROM runs WHERE id = ?').get(run);
    const name = row && optionalText(row, 'busy_group');
    return name === undefined ? Promise.resolve() : this.#inTurn(() => this.#release(name));
  }

  /** After a start of the engine. */
  releaseAll(): Promise<void> {
    return this.#inTurn(async () => {
      const rows = this.#db
        .prepare('SELECT DISTINCT busy_group FROM runs WHERE queued = 1 AND finished_at IS NULL AND busy_group IS NOT NULL')
        .all();
      for (const row of rows) await this.#release(text(row, 'busy_group'));
    });
  }

  /** A run that ended may only be opened again when no other of its group is at work. Throws `group-busy`. */
  checkFree(run: string): void {
    const row = this.#db.prepare('SELECT busy_group FROM runs WHERE id = ?').get(run);
    const name = row && optionalText(row, 'busy_group');
    const other = name === undefined ? undefined : this.#members(name).find(({ id }) => id !== run);
    if (name !== undefined && other !== undefined) throw busy(other.id, name);
  }

  async #release(name: string): Promise<void> {
    const members = this.#members(name);
    const [first] = members;
    if (first === undefined || members.some(({ queued }) => !queued)) return;
    await this.#send(first.id, { kind: 'release' }).catch((error: unknown) => this.#log(`run ${first.id} did not begin: ${said(error)}`));
  }

  #members(name: string): { id: string; queued: boolean }[] {
    const sql = 'SELECT id, queued FROM runs WHERE busy_group = ? AND finished_at IS NULL ORDER BY queued, created_at, id';
    return this.#db
      .prepare(sql)
      .all(name)
      .map((row) => ({ id: text(row, 'id'), queued: row.queued === 1 }));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

const busy = (run: string, group: string) => new ProblemError(problem('group-busy', { run, group }));
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
