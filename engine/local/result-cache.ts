import type { DatabaseSync } from 'node:sqlite';
import { canonical } from '../../runbook/core/canonical.ts';
import type { Json } from '../../runbook/core/json.ts';
import { tooLargeKey } from '../../runbook/core/model.ts';
import type { Outcome } from '../kernel/command.ts';
import type { Request } from '../kernel/request.ts';
import { sha256 } from './digest.ts';
import { number, text } from './journal/rows.ts';

type Kept = Extract<Request, { kind: 'action' }>;

/** Results that are kept at most; the oldest go first. */
const most = 10_000;

/**
 * Outcomes of steps that only read, for as long as their `cache` says. They lie in the journal's database beside the events, and a hit is in the run's own events.
 * 1. A result is found by the digest of all that the step would send and of the action's code: another input, target, version of a secret or version of the action is another result.
 * 2. Secret outputs are never kept, and what is kept was redacted before.
 * 3. What is lost or cannot be written only costs the step's time.
 */
export class ResultCache {
  readonly #db: DatabaseSync;
  readonly #now: () => number;

  constructor(db: DatabaseSync, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** A success that is not older than the request allows; one from the future, after the clock was set back, is none. */
  find(request: Kept, code: string): Extract<Outcome, { kind: 'succeeded' }> | undefined {
    if (request.cache === undefined) return undefined;
    const row = this.#db.prepare('SELECT outputs, stored_at FROM cached_results WHERE digest = ?').get(digestOf(request, code));
    if (row === undefined) return undefined;
    const cachedAt = number(row, 'stored_at');
    const age = this.#now() - cachedAt;
    if (age < 0 || age >= request.cache.ttl) return undefined;
    return { kind: 'succeeded', outputs: JSON.parse(text(row, 'outputs')) as Record<string, Json>, cachedAt };
  }

  /** Throws what the disk says. */
  keep(request: Kept, code: string, outcome: Outcome): void {
    if (request.cache === undefined || outcome.kind !== 'succeeded' || outcome.secretOutputs !== undefined) return;
    if (Object.hasOwn(outcome.outputs, tooLargeKey)) return;
    const now = this.#now();
    this.#db
      .prepare(
        'INSERT INTO cached_results (digest, outputs, stored_at, expires_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET outputs = ?2, stored_at = ?3, expires_at = ?4',
      )
      .run(digestOf(request, code), JSON.stringify(outcome.outputs), now, now + request.cache.ttl);
    this.prune();
  }

  /** Removes what nobody may use any more, what is from before a time (milliseconds since the epoch), and what is too much. */
  prune(before = 0): void {
    this.#db.prepare('DELETE FROM cached_results WHERE expires_at <= ? OR stored_at < ?').run(this.#now(), before);
    this.#db
      .prepare('DELETE FROM cached_results WHERE digest IN (SELECT digest FROM cached_results ORDER BY stored_at DESC LIMIT -1 OFFSET ?)')
      .run(most);
  }
}

/** How long a result may be used does not make it another one. */
function digestOf({ cache, retryWith: _later, ...request }: Kept, code: string): string {
  return sha256(canonical({ key: cache?.key ?? '', request, code }));
}
