import type { Databases } from '../../../engine/connectors/sql/databases.ts';
import { problem } from '../../../runbook/core/errors.ts';
import { statementAction } from '../statement.ts';

/** The words that a statement which gives rows begins with. The server holds the rest back in a read-only transaction. */
const reads = /^(?:select|with|values|table|show|explain|describe|desc)\b/i;
/** They write a file on the server, which no read-only transaction hinders. */
const files = /\b(?:outfile|dumpfile)\b/i;

export const sqlQuery = (databases: Databases) =>
  statementAction(databases, {
    action: 'sql/query',
    access: 'read',
    check(query) {
      const first = /^(?:\s|\(|--[^\n]*(?:\n|$)|\/\*(?!!)[\s\S]*?\*\/)*/.exec(query)?.[0].length ?? 0;
      const word = /^\S{0,30}/.exec(query.slice(first))?.[0] ?? '';
      if (!reads.test(query.slice(first))) return problem('sql-read-only', { why: `it begins with ${word || 'nothing'}` });
      return files.test(query) ? problem('sql-read-only', { why: 'it writes a file on the server' }) : undefined;
    },
    outputs: ({ rows, truncated }) => ({ rows, 'row-count': rows.length, truncated }),
  });
