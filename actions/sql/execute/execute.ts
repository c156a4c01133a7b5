import type { Databases } from '../../../engine/connectors/sql/databases.ts';
import { statementAction } from '../statement.ts';

export const sqlExecute = (databases: Databases) =>
  statementAction(databases, {
    action: 'sql/execute',
    access: 'write',
    check: () => undefined,
    outputs: ({ affected, rows, truncated }) => ({ affected, rows, truncated }),
  });
