import { type ErrorClass, ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { JsonObject } from '../../../runbook/core/json.ts';
import type { Session, SqlTarget, Statement } from './database.ts';
import { SqlError } from './error.ts';
import type { Pool } from './pool.ts';
import { Rows } from './rows.ts';

export interface Answer {
  readonly rows: readonly JsonObject[];
  /** There were more rows than `limit`. */
  readonly truncated: boolean;
  /** Rows that the statement changed. */
  readonly affected: number;
}

/** The longest that a server may take to stop a statement, or to tidy up after one, before the connection is cut. */
const patience = 3000;

/**
 * Runs one statement in a transaction of its own.
 * 1. What only reads is rolled back; what writes is committed when everything else went well: an error, a cancel or a limit before that leaves nothing.
 * 2. A connection goes back to its pool only when nothing on it is open and nothing of the statement is left in its session.
 * 3. When the signal fires, the statement is stopped on the server before this rejects.
 */
export async function runStatement(
  pool: Pool<Session>,
  target: SqlTarget,
  statement: Statement,
  signal: AbortSignal,
  log: (text: string) => void,
): Promise<Answer> {
  const session = await begun(pool, statement.access, signal);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopOnServer(session, log);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await inTransaction(session, target, statement, signal);
  } finally {
    signal.removeEventListener('abort', stop);
    await stopping;
    // A late cancel could hit whatever runs next.
    if (stopping) session.close();
    if (session.usable) await tidy(session, () => session.reset());
    pool.give(session);
  }
}

/** A pooled connection may have died unnoticed: nothing was run on it, so another is taken. */
async function begun(pool: Pool<Session>, access: Statement['access'], signal: AbortSignal): Promise<Session> {
  for (;;) {
    const { session, fresh } = await pool.take(signal);
    const abandon = () => session.close();
    signal.addEventListener('abort', abandon, { once: true });
    try {
      await session.begin(access);
      signal.throwIfAborted();
      return session;
    } catch (error) {
      session.close();
      pool.give(session);
      signal.throwIfAborted();
      if (fresh || !(error instanceof SqlError && error.ended === 'cut')) throw error;
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  }
}

/** A server that does not answer any more must not hold up what is known already. */
async function tidy(session: Session, work: () => Promise<void>): Promise<void> {
  const timer = setTimeout(() => session.close(), patience);
  try {
    await work();
  } catch {
    session.close();
  } finally {
    clearTimeout(timer);
  }
}

async function inTransaction(session: Session, target: SqlTarget, statement: Statement, signal: AbortSignal): Promise<Answer> {
  const rows = new Rows(statement);
  let affected: number;
  try {
    affected = await session.run(statement, rows);
    signal.throwIfAborted();
    if (rows.problem) throw rows.problem;
  } catch (error) {
    if (session.usable) await tidy(session, () => session.rollback());
    signal.throwIfAborted();
    // What a limit ended has its own reason, however the connection fared.
    if (rows.problem) throw rows.problem;
    if (statement.access === 'write' && error instanceof SqlError) {
      if (error.ended === 'no-transaction' && session.usable) return alone(session, target, statement, signal);
      if (error.ended === 'cut' && !session.atomic) throw unknown(target, error);
    }
    throw error;
  }
  if (statement.access === 'read') await tidy(session, () => session.rollback());
  else
    await session.commit().catch((error: unknown) => {
      throw error instanceof SqlError && error.ended === 'cut' ? unknown(target, error) : error;
    });
  return answer(rows, affected);
}

/** For what the server runs only outside a transaction; it refused before anything was done. */
async function alone(session: Session, target: SqlTarget, statement: Statement, signal: AbortSignal): Promise<Answer> {
  const rows = new Rows({ ...statement, beyond: 'leave' });
  try {
    const affected = await session.run(statement, rows);
    return answer(rows, affected);
  } catch (error) {
    signal.throwIfAborted();
    // It may have committed a part before. What the server refused for what it says is refused at once.
    throw error instanceof SqlError && !refusals.includes(error.problem.class) ? unknown(target, error) : error;
  }
}

const refusals: readonly ErrorClass[] = ['invalid-input', 'permission'];

const answer = ({ taken, truncated, problem }: Rows, affected: number): Answer => ({
  rows: taken,
  truncated: truncated || problem !== undefined,
  affected,
});

const unknown = (target: SqlTarget, { why }: SqlError): ProblemError =>
  new ProblemError(problem('sql-unknown', { server: target.label, why }));

async function stopOnServer(session: Session, log: (text: string) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it took too long')), patience);
  });
  try {
    await Promise.race([session.cancel(), late]);
  } catch (error) {
    log(`The statement could not be stopped on the server (${error instanceof Error ? error.message : 'unknown'}); the connection is cut.`);
    session.close();
  } finally {
    clearTimeout(timer);
  }
  // The one that ran it hears of its end; if it does not, it is cut too.
  setTimeout(() => session.close(), patience).unref();
}
