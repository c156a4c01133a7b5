import { Socket } from 'node:net';
import type { Json } from '../../../runbook/core/json.ts';
import type { Rows } from './rows.ts';

/** A database server as a target names it; what the target leaves out has its default. */
export interface SqlTarget {
  readonly type: 'postgres' | 'mysql';
  /** The target as it may be shown: kind, host, port and database. */
  readonly label: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database?: string;
  readonly tls: Tls;
}

/** `require` encrypts and does not check who answers. Certificates and keys are PEM. */
export type Tls =
  | { readonly mode: 'off' }
  | { readonly mode: 'require' | 'verify'; readonly ca?: string; readonly cert?: string; readonly key?: string };

export interface Statement {
  readonly query: string;
  readonly params: readonly Json[];
  /** `read`: in a transaction that the server lets change nothing, rolled back at the end. */
  readonly access: 'read' | 'write';
  /** Most rows to take. */
  readonly limit: number;
  /** What to do when there are more: fail, or leave the others. */
  readonly beyond: 'fail' | 'leave';
}

/** One connection to a server. Methods reject with a SqlError; after one that lost the connection `usable` is false. */
export interface Session {
  readonly usable: boolean;
  /** Whether a transaction that was not committed has left nothing behind. */
  readonly atomic: boolean;
  begin(access: Statement['access']): Promise<void>;
  /** Runs one statement and puts its rows into `rows` as they come; answers how many rows it changed. */
  run(statement: Statement, rows: Rows): Promise<number>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Stops the running statement on the server, over a connection of its own. */
  cancel(): Promise<void>;
  /** Takes back everything a statement may have set for the session. */
  reset(): Promise<void>;
  /** At once, in whatever state. */
  close(): void;
}

export type Open = (target: SqlTarget) => Promise<Session>;

/** Only while it is lent does a connection keep the process alive. */
export function hold(stream: unknown, held: boolean): void {
  if (!(stream instanceof Socket)) return;
  if (held) stream.ref();
  else stream.unref();
}
