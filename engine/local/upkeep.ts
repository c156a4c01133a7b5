import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditEvent, AuditHead, AuditReport, PruneReport } from '../../protocol/api.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { digestOf } from './digest.ts';
import { verifySteps } from './journal/chain.ts';
import type { Journal } from './journal/journal.ts';
import { prunable, pruneRun } from './journal/prune.ts';
import { number, text } from './journal/rows.ts';
import { ResultCache } from './result-cache.ts';

/** What an operator asks of the journal as a whole. */
export interface Upkeep {
  verify(): Promise<AuditReport>;
  /** Events of all runs after a cursor, in the order they were written. */
  events(after: number, limit: number): Promise<AuditEvent[]>;
  /** Where each chain ends. */
  heads(): Promise<AuditHead[]>;
  /** Removes runs that ended more than `olderThan` milliseconds ago, and folders of outputs that no run has. */
  prune(olderThan: number, dryRun: boolean): Promise<PruneReport>;
}

export function upkeep(journal: Journal, stateFolder: string, now: () => number): Upkeep {
  return {
    async verify() {
      const steps = verifySteps(journal.db, (json) => digestOf(JSON.parse(json)));
      for (;;) {
        const { done, value } = steps.next();
        if (done) return { ...value, damages: [...value.damages] };
        await nextTurn();
      }
    },
    async events(after, limit) {
      return journal.db
        .prepare('SELECT * FROM events WHERE cursor > ? ORDER BY cursor LIMIT ?')
        .all(after, limit)
        .map((row) => ({
          cursor: number(row, 'cursor'),
          run: text(row, 'run'),
          seq: number(row, 'seq'),
          time: number(row, 'time'),
          kind: text(row, 'kind'),
          payload: text(row, 'payload'),
          prev: text(row, 'prev'),
          hash: text(row, 'hash'),
        }));
    },
    async heads() {
      const sql = 'SELECT run, seq, hash FROM events e WHERE seq = (SELECT MAX(seq) FROM events WHERE run = e.run) ORDER BY run';
      return journal.db
        .prepare(sql)
        .all()
        .map((row) => ({ run: text(row, 'run'), seq: number(row, 'seq'), hash: text(row, 'hash') }));
    },
    async prune(olderThan, dryRun) {
      const runs = prunable(journal.db, now() - olderThan);
      if (dryRun) return { runs, dryRun };
      new ResultCache(journal.db, now).prune(now() - olderThan);
      const folder = join(stateFolder, 'runs');
      for (const run of runs) {
        try {
          pruneRun(journal.db, run, now());
        } catch (error) {
          throw new ProblemError(
            problem('state-folder', { folder: stateFolder, why: error instanceof Error ? error.message : String(error) }),
          );
        }
        await rm(join(folder, run), { recursive: true, force: true });
      }
      // Left by an engine that was killed between the two.
      const known = journal.db.prepare('SELECT 1 FROM runs WHERE id = ?');
      for (const name of await readdir(folder).catch(() => []))
        if (!known.get(name)) await rm(join(folder, name), { recursive: true, force: true });
      return { runs, dryRun };
    },
  };
}
