import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import type { Statement } from './database.ts';

/** Bytes of an answer, as the server sent them. */
export const longestAnswer = 10 * 1024 * 1024;

/** The rows of an answer as they come. What goes wrong is kept in `problem`, for its reader to stop at. */
export class Rows {
  readonly taken: JsonObject[] = [];
  problem: ProblemError | undefined;
  /** More rows came than were wanted. */
  truncated = false;
  #columns: readonly string[] = [];
  #bytes = 0;
  readonly #limit: number;
  readonly #beyond: Statement['beyond'];

  constructor({ limit, beyond }: Pick<Statement, 'limit' | 'beyond'>) {
    this.#limit = limit;
    this.#beyond = beyond;
  }

  columns(names: readonly string[]): void {
    this.#columns = names;
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) this.problem ??= new ProblemError(problem('sql-columns', { column: twice }));
  }

  /** False: no more is wanted. `values` is called only for a row that is kept. */
  add(bytes: number, values: () => readonly Json[]): boolean {
    if (!this.count(bytes)) return false;
    if (this.taken.length >= this.#limit) {
      this.truncated = true;
      if (this.#beyond === 'fail') this.problem ??= new ProblemError(problem('sql-rows', { limit: this.#limit }));
      return false;
    }
    const row = values();
    this.taken.push(Object.fromEntries(this.#columns.map((name, at) => [name, row[at] ?? null])));
    return true;
  }

  /** For bytes that are no whole row yet. False: no more is wanted. */
  count(bytes: number): boolean {
    if (this.problem) return false;
    this.#bytes += bytes;
    if (this.#bytes <= longestAnswer) return true;
    this.problem = new ProblemError(
      problem(
        'output-too-large',
        { what: 'The answer', limit: '10 MiB' },
        { remedy: 'Select fewer rows or columns, or shorten the values.' },
      ),
    );
    return false;
  }
}
