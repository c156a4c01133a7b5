import { type Problem, type ProblemCode, ProblemError, problem } from '../../../runbook/core/errors.ts';
import { errorCode, networkCause } from '../network.ts';
import type { SqlTarget } from './database.ts';

/**
 * What ended a statement: the server refused it and it had no effect; the connection was lost, and what became of it is not known;
 * or it cannot run inside a transaction and was refused for that.
 */
export type Ended = 'refused' | 'cut' | 'no-transaction';

export class SqlError extends ProblemError {
  readonly ended: Ended;
  /** Part of the problem's sentence. */
  readonly why: string;
  constructor(problem: Problem, ended: Ended = 'refused', why = problem.message) {
    super(problem);
    this.ended = ended;
    this.why = why;
  }
}

/** What a server's own code means, by dialect. */
export type Meanings = (code: string) => { readonly code: ProblemCode; readonly ended?: Ended; readonly remedy?: string } | undefined;

/** An error of a running statement; `message` is the server's own, `place` where in the query it is. */
export function serverError(target: SqlTarget, means: ReturnType<Meanings>, message: string, place = ''): SqlError {
  const { code, ended, remedy } = means ?? { code: 'sql-refused' as const };
  const args = { server: target.label, user: target.user, why: `${sentence(message)}${place}` };
  return new SqlError(problem(code, args, remedy === undefined ? {} : { remedy }), ended, args.why);
}

export const cut = (target: SqlTarget, error: unknown): SqlError =>
  new SqlError(problem('sql-cut', { server: target.label, why: why(error) }), 'cut', why(error));

/** An error before there was a session: the network or TLS; servers' own refusals are told apart by the dialect before. */
export function connectError(target: SqlTarget, error: unknown): SqlError {
  const code = errorCode(error);
  if (/CERT|^UNABLE_TO_|^ERR_SSL|^ERR_TLS|^EPROTO$/.test(code)) return tlsError(target, networkCause(code)?.why ?? code);
  const cause = networkCause(code);
  const override = cause ? { class: cause.class, ...(cause.remedy === undefined ? {} : { remedy: cause.remedy }) } : {};
  return new SqlError(problem('sql-unreachable', { server: target.label, why: why(error) }, override));
}

export const tlsError = (target: SqlTarget, why: string, remedy?: string): SqlError =>
  new SqlError(problem('sql-tls', { server: target.label, why }, remedy === undefined ? {} : { remedy }));

function why(error: unknown): string {
  const code = errorCode(error);
  return networkCause(code)?.why ?? (code ? `the connection failed (${code})` : 'the server closed the connection');
}

const sentence = (text: string): string => text.trim().replace(/\.$/, '').slice(0, 1000);
