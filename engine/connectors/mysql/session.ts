import { Socket } from 'node:net';
import type { Connection, ConnectionOptions, QueryError } from 'mysql2';
import type { Json } from '../../../runbook/core/json.ts';
import { hold, type Open, type Session, type SqlTarget, type Statement } from '../sql/database.ts';
import { connectError, cut, SqlError, serverError, tlsError } from '../sql/error.ts';
import type { Rows } from '../sql/rows.ts';
import { meaning } from './error.ts';
import { type Column, fromMysql, sizeOf } from './values.ts';

const connectWithin = 10_000;
/** "This command is not supported in the prepared statement protocol yet." */
const notPreparable = 1295;

/** A connection to MySQL or MariaDB. The library is loaded with the first one. */
export const openMysql: Open = async (target) => {
  const { default: mysql } = await import('mysql2');
  const connect = () => connected(target, mysql.createConnection(optionsOf(target)));
  return new MysqlSession(target, await connect(), connect);
};

class MysqlSession implements Session {
  /** Statements that change tables commit by themselves, and not every table knows transactions. */
  readonly atomic = false;
  readonly #target: SqlTarget;
  readonly #connection: Connection;
  readonly #another: () => Promise<Connection>;
  /** The library says nothing to what waits when a connection is cut from this side. */
  readonly #lost = Promise.withResolvers<never>();
  #usable = true;

  constructor(target: SqlTarget, connection: Connection, another: () => Promise<Connection>) {
    this.#target = target;
    this.#connection = connection;
    this.#another = another;
    this.#lost.promise.catch(() => undefined);
    const lost = (error?: unknown) => {
      this.#usable = false;
      this.#lost.reject(error ?? new Error('cut'));
    };
    connection.on('error', lost);
    connection.on('end', lost);
  }

  get usable(): boolean {
    return this.#usable;
  }

  async begin(access: Statement['access']): Promise<void> {
    hold(streamOf(this.#connection), true);
    await this.#simple(access === 'read' ? 'START TRANSACTION READ ONLY' : 'START TRANSACTION READ WRITE');
  }

  async run(statement: Statement, rows: Rows): Promise<number> {
    try {
      await this.#unlessLost(this.#checkCount(statement));
      return await this.#unlessLost(this.#stream('execute', statement, rows));
    } catch (error) {
      // As plain text only where nothing has to be put in.
      if (numberOf(error) === notPreparable && statement.params.length === 0)
        return this.#unlessLost(this.#stream('query', statement, rows)).catch((again: unknown) => Promise.reject(this.#failure(again)));
      throw this.#failure(error);
    }
  }

  async commit(): Promise<void> {
    await this.#simple('COMMIT');
  }

  async rollback(): Promise<void> {
    await this.#simple('ROLLBACK');
  }

  async reset(): Promise<void> {
    await this.#unlessLost(new Promise<void>((resolve, reject) => this.#connection.reset((error) => (error ? reject(error) : resolve()))));
    hold(streamOf(this.#connection), false);
  }

  async cancel(): Promise<void> {
    const other = await this.#another();
    try {
      await simple(other, `KILL QUERY ${Number(this.#connection.threadId)}`);
    } finally {
      cutOff(other);
    }
  }

  close(): void {
    this.#usable = false;
    this.#lost.reject(new Error('cut'));
    cutOff(this.#connection);
  }

  /** The library would send a number of values that the server then reads as something else. */
  #checkCount({ query, params }: Statement): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.prepare(query, (error, prepared) => {
        if (error) return reject(error);
        const wanted = 'parameters' in prepared && Array.isArray(prepared.parameters) ? prepared.parameters.length : params.length;
        if (wanted === params.length) return resolve();
        reject(serverError(this.#target, undefined, `it has ${wanted} places for values, and params has ${params.length}`));
      });
    });
  }

  /** Takes the rows as they come. Of the answers of a procedure only the first is taken. */
  #stream(how: 'execute' | 'query', { query, params, access }: Statement, rows: Rows): Promise<number> {
    return new Promise((resolve, reject) => {
      const options = { sql: query, rowsAsArray: true, values: how === 'execute' ? params.map(toMysql) : [] };
      const running = how === 'execute' ? this.#connection.execute(options) : this.#connection.query({ ...options, values: undefined });
      let columns: readonly Column[] | undefined;
      let answers = 0;
      let returned = 0;
      let affected: number | undefined;
      running.on('fields', (fields: readonly Column[] | undefined) => {
        if (fields === undefined || answers++ > 0) return;
        columns = fields;
        rows.columns(fields.map(({ name }) => name));
      });
      running.on('result', (row: unknown) => {
        if (!Array.isArray(row)) {
          affected = (affected ?? 0) + changed(row);
          return;
        }
        returned++;
        const described = columns;
        if (answers > 1 || described === undefined) return;
        const wanted = rows.add(sizeOf(row), () => row.map((value, at) => fromMysql(described[at] ?? { name: '' }, value)));
        // What writes goes on to its end. The rest of what only reads is not waited for.
        if (wanted || access === 'write') return;
        if (rows.problem) reject(cut(this.#target, undefined));
        else resolve(0);
        this.close();
      });
      running.on('error', reject);
      // After RETURNING the server gives no count: each row stands for one that was changed.
      running.on('end', () => resolve(affected ?? (access === 'write' && /\breturning\b/i.test(query) ? returned : 0)));
    });
  }

  async #simple(text: string): Promise<void> {
    await this.#unlessLost(simple(this.#connection, text)).catch((error: unknown) => Promise.reject(this.#failure(error)));
  }

  #unlessLost<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    return Promise.race([work, this.#lost.promise]);
  }

  #failure(error: unknown): SqlError {
    if (error instanceof SqlError) return error;
    const number = numberOf(error);
    if (number === undefined || !(error instanceof Error)) {
      this.close();
      return cut(this.#target, error);
    }
    const means = meaning(String(number));
    if (means?.ended === 'cut') this.close();
    return serverError(this.#target, means, error.message);
  }
}

/** The server's own number; errors of the library and the network have none. */
function numberOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('sqlState' in error)) return undefined;
  const { errno } = error as QueryError;
  return typeof errno === 'number' && errno > 0 ? errno : undefined;
}

const simple = (connection: Connection, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.query(text, (error) => (error ? reject(error) : resolve()));
  });

const streamOf = (connection: object): unknown => ('stream' in connection ? connection.stream : undefined);

/** The library only says goodbye, and would go on to take in what the server still sends. */
function cutOff(connection: Connection): void {
  connection.destroy();
  const stream = streamOf(connection);
  if (stream instanceof Socket) stream.destroy();
}

const changed = (result: unknown): number =>
  result !== null && typeof result === 'object' && 'affectedRows' in result ? Number(result.affectedRows) : 0;

/** Lists and objects are JSON. */
function toMysql(value: Json): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

function connected(target: SqlTarget, connection: Connection): Promise<Connection> {
  return new Promise((resolve, reject) => {
    // Also after it has failed: more may be said of it.
    connection.on('error', () => undefined);
    connection.connect((error) => {
      if (!error) return resolve(connection);
      cutOff(connection);
      reject(refusedConnection(target, error));
    });
  });
}

function refusedConnection(target: SqlTarget, error: QueryError): SqlError {
  const number = numberOf(error);
  // Access denied to a database is said of a user who is let in.
  if (number !== undefined) return serverError(target, meaning(String(number)) ?? { code: 'sql-login' }, error.message);
  if (error.code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return tlsError(target, 'the server does not offer TLS', 'Turn it on at the server, or set `tls: off` where nobody can listen.');
  if (error.code === 'HANDSHAKE_SSL_ERROR') return tlsError(target, error.message);
  return connectError(target, error);
}

/** Statements are one at a time, and no file of this machine is read because a server asks for it. */
function optionsOf({ host, port, user, password, database, tls }: SqlTarget): ConnectionOptions {
  return {
    ...(host.startsWith('/') ? { socketPath: host } : { host, port }),
    user,
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ...(tls.mode === 'off'
      ? {}
      : {
          ssl: {
            rejectUnauthorized: tls.mode === 'verify',
            verifyIdentity: tls.mode === 'verify',
            ...(tls.ca === undefined ? {} : { ca: tls.ca }),
            ...(tls.cert === undefined ? {} : { cert: tls.cert }),
            ...(tls.key === undefined ? {} : { key: tls.key }),
          },
        }),
    charset: 'utf8mb4_general_ci',
    connectTimeout: connectWithin,
    enableKeepAlive: true,
    multipleStatements: false,
    flags: ['-LOCAL_FILES'],
    supportBigNumbers: true,
    dateStrings: true,
    jsonStrings: true,
    disableEval: true,
    connectAttributes: { program_name: 'runwright' },
  };
}
