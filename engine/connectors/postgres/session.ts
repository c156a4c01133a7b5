import type { Client, ClientConfig, DatabaseError } from 'pg';
import { hold, type Open, type Session, type SqlTarget, type Statement, type Tls } from '../sql/database.ts';
import { connectError, cut, type SqlError, serverError, tlsError } from '../sql/error.ts';
import type { Rows } from '../sql/rows.ts';
import { meaning } from './error.ts';
import { nothingToCopy, Query } from './query.ts';
import { toPostgres } from './values.ts';

const connectWithin = 10_000;

/** A connection to PostgreSQL. The library is loaded with the first one. */
export const openPostgres: Open = async (target) => {
  const { default: pg } = await import('pg');
  return PostgresSession.open(target, new pg.Client(configOf(target)), () => new pg.Client(configOf(target)));
};

class PostgresSession implements Session {
  readonly atomic = true;
  readonly #target: SqlTarget;
  readonly #client: Client;
  readonly #another: () => Client;
  #usable = true;
  #process = 0;

  static async open(target: SqlTarget, client: Client, another: () => Client): Promise<PostgresSession> {
    const session = new PostgresSession(target, client, another);
    try {
      await client.connect();
    } catch (error) {
      session.close();
      throw refusedConnection(target, error);
    }
    return session;
  }

  private constructor(target: SqlTarget, client: Client, another: () => Client) {
    this.#target = target;
    this.#client = client;
    this.#another = another;
    // Also while nothing runs: the server may end an idle connection.
    client.on('error', () => {
      this.#usable = false;
    });
    client.on('end', () => {
      this.#usable = false;
    });
  }

  get usable(): boolean {
    return this.#usable;
  }

  /** In forms that do not depend on how the server or the role is set up, and with the process that a cancel must name. */
  async begin(access: Statement['access']): Promise<void> {
    hold(this.#client.connection.stream, true);
    const results: unknown = await this.#simple(
      `BEGIN ${access === 'read' ? 'READ ONLY' : 'READ WRITE'}; SET LOCAL datestyle = ISO; SET LOCAL intervalstyle = iso_8601; SET LOCAL bytea_output = hex; SET LOCAL extra_float_digits = 3; SELECT pg_backend_pid() AS pid`,
    );
    const last: unknown = Array.isArray(results) ? results.at(-1) : undefined;
    this.#process = Number((last as { rows?: { pid?: number }[] } | undefined)?.rows?.[0]?.pid);
  }

  async run({ query, params, access, limit }: Statement, rows: Rows): Promise<number> {
    const { stream } = this.#client.connection;
    const count = (chunk: Buffer) => {
      // Before the parts of one huge value are put together.
      if (!rows.count(chunk.length)) stream.destroy();
    };
    stream.on('data', count);
    try {
      const running = new Query(query, params.map(toPostgres), rows, access === 'read' ? limit + 1 : 0);
      this.#client.query(running);
      return await running.ended;
    } catch (error) {
      throw this.#failure(error, query);
    } finally {
      stream.off('data', count);
    }
  }

  async commit(): Promise<void> {
    await this.#simple('COMMIT');
  }

  async rollback(): Promise<void> {
    await this.#simple('ROLLBACK');
  }

  async reset(): Promise<void> {
    await this.#simple('DISCARD ALL');
    hold(this.#client.connection.stream, false);
  }

  async cancel(): Promise<void> {
    const other = this.#another();
    other.on('error', () => undefined);
    try {
      await other.connect();
      await other.query('SELECT pg_cancel_backend($1)', [this.#process]);
    } finally {
      other.end().catch(() => undefined);
    }
  }

  close(): void {
    this.#usable = false;
    this.#client.connection.stream.destroy();
    this.#client.end().catch(() => undefined);
  }

  async #simple(text: string): Promise<unknown> {
    try {
      return await this.#client.query(text);
    } catch (error) {
      throw this.#failure(error, text);
    }
  }

  #failure(error: unknown, query: string): SqlError {
    if (!isServerError(error)) {
      this.#usable = false;
      return cut(this.#target, error);
    }
    if (error.severity === 'FATAL' || error.severity === 'PANIC') this.#usable = false;
    // The server words it as a statement that was stopped.
    if (error.message.endsWith(nothingToCopy)) return serverError(this.#target, undefined, error.message);
    return serverError(this.#target, meaning(error.code ?? ''), error.message, placeOf(query, error.position));
  }
}

const isServerError = (error: unknown): error is DatabaseError => error instanceof Error && 'severity' in error;

/** The server counts characters from 1. */
function placeOf(query: string, position: string | undefined): string {
  const at = Number(position);
  if (!Number.isInteger(at) || at < 1) return '';
  const before = [...query]
    .slice(0, at - 1)
    .join('')
    .split('\n');
  return `, at line ${before.length}, column ${[...(before.at(-1) ?? '')].length + 1} of the query`;
}

function refusedConnection(target: SqlTarget, error: unknown): SqlError {
  if (isServerError(error)) {
    // How pg_hba.conf says that it lets nobody in without TLS.
    if (target.tls.mode === 'off' && /\b(?:no encryption|SSL off)\b/.test(error.message))
      return tlsError(target, 'the server takes nobody without TLS', 'Set `tls: verify` for the target.');
    return serverError(target, meaning(error.code ?? ''), error.message);
  }
  const message = error instanceof Error ? error.message : '';
  if (message.includes('does not support SSL'))
    return tlsError(target, 'the server does not offer TLS', 'Turn it on at the server, or set `tls: off` where nobody can listen.');
  if (message.startsWith('SASL:'))
    return serverError(target, { code: 'sql-login' }, 'it asks for a password, and the target has none that fits');
  if (message === 'timeout expired') return connectError(target, Object.assign(new Error(), { code: 'ETIMEDOUT' }));
  return connectError(target, error);
}

/** Everything is said, so that no variable of the engine's own environment fills a gap. */
function configOf({ host, port, user, password, database, tls }: SqlTarget): ClientConfig {
  return {
    host,
    port,
    user,
    password: () => password ?? '',
    database: database ?? user,
    ssl: tls.mode === 'off' ? false : sslOf(tls),
    application_name: 'runwright',
    client_encoding: 'UTF8',
    connectionTimeoutMillis: connectWithin,
    keepAlive: true,
  };
}

function sslOf({ mode, ca, cert, key }: Exclude<Tls, { mode: 'off' }>): ClientConfig['ssl'] {
  return {
    rejectUnauthorized: mode === 'verify',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}
