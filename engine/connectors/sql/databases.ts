import { createHash } from 'node:crypto';
import type { Open, Session, SqlTarget, Statement } from './database.ts';
import { Pool } from './pool.ts';
import { type Answer, runStatement } from './statement.ts';

/** By type of target; each is loaded when first used. */
const dialects: Readonly<Record<SqlTarget['type'], Open>> = {
  postgres: async (target) => (await import('../postgres/session.ts')).openPostgres(target),
  mysql: async (target) => (await import('../mysql/session.ts')).openMysql(target),
};

/** The pools of connections, one for each target: a changed password or host is another. */
export class Databases {
  readonly #pools = new Map<string, Pool<Session>>();

  run(target: SqlTarget, statement: Statement, signal: AbortSignal, log: (text: string) => void): Promise<Answer> {
    return runStatement(this.#pool(target), target, statement, signal, log);
  }

  /** Closes what is idle. */
  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }

  #pool(target: SqlTarget): Pool<Session> {
    const key = createHash('sha256').update(JSON.stringify(target)).digest('hex');
    for (const [other, pool] of this.#pools) if (other !== key && pool.size === 0) this.#pools.delete(other);
    const known = this.#pools.get(key) ?? new Pool(() => dialects[target.type](target));
    this.#pools.set(key, known);
    return known;
  }
}
