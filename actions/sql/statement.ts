import type { ActionCode } from '../../engine/connectors/action.ts';
import type { Statement } from '../../engine/connectors/sql/database.ts';
import type { Databases } from '../../engine/connectors/sql/databases.ts';
import type { Answer } from '../../engine/connectors/sql/statement.ts';
import { readTarget } from '../../engine/connectors/sql/target.ts';
import type { Outcome } from '../../engine/kernel/command.ts';
import { type Problem, ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';

/** Rows that are taken where the step names no limit; more of them is an error then, so that none is overlooked. */
const usualLimit = 1000;

interface Kind {
  readonly action: string;
  readonly access: Statement['access'];
  /** Why the statement is refused before it is sent, or undefined. */
  check(query: string): Problem | undefined;
  outputs(answer: Answer): Readonly<Record<string, Json>>;
}

/** What sql/query and sql/execute have in common. */
export const statementAction =
  (databases: Databases, kind: Kind): ActionCode =>
  async (input, { connection, signal, log }) => {
    const query = String(input.query ?? '');
    // It would end the text for the server, and what follows would be read as something else.
    const refused = query.includes('\0')
      ? problem('action-input', { action: kind.action, why: 'query holds a NUL' })
      : query.trim() === ''
        ? problem('action-input', { action: kind.action, why: 'query is empty' })
        : kind.check(query);
    if (refused) return failed(refused);
    try {
      const answer = await databases.run(
        readTarget(connection ?? {}),
        {
          query,
          params: Array.isArray(input.params) ? input.params : [],
          access: kind.access,
          limit: typeof input.limit === 'number' ? input.limit : usualLimit,
          beyond: typeof input.limit === 'number' || kind.access === 'write' ? 'leave' : 'fail',
        },
        signal,
        log,
      );
      const more = answer.truncated ? ', and there are more' : '';
      log(kind.access === 'read' ? `${answer.rows.length} rows${more}` : `${answer.affected} rows changed`);
      return { kind: 'succeeded', outputs: kind.outputs(answer) };
    } catch (error) {
      // Stopped while it was being committed: nobody knows.
      if (signal.aborted && !(error instanceof ProblemError && error.problem.code === 'sql-unknown')) return { kind: 'cancelled' };
      if (error instanceof ProblemError) return failed(error.problem);
      throw error;
    }
  };

const failed = (error: Problem): Outcome => ({ kind: 'failed', error });
