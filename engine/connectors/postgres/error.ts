import type { Meanings } from '../sql/error.ts';

/** What a SQLSTATE means: the whole code first, then its class (the first two characters). */
export const meaning: Meanings = (code) => own(codes, code) ?? own(classes, code.slice(0, 2));

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

type Table = Readonly<Record<string, NonNullable<ReturnType<Meanings>>>>;

const busy = { code: 'sql-failed' } as const;
const codes: Table = {
  '08P01': { code: 'sql-refused' },
  '25006': { code: 'sql-read-only' },
  '25001': { code: 'sql-refused', ended: 'no-transaction' },
  '2D000': { code: 'sql-refused', ended: 'no-transaction' },
  '28000': { code: 'sql-login' },
  '28P01': { code: 'sql-login' },
  '3D000': { code: 'sql-database' },
  '42501': { code: 'sql-permission' },
  '55P03': busy,
  '57014': { code: 'sql-stopped' },
  '57P04': { code: 'sql-database' },
};
const classes: Table = {
  '08': busy,
  '23': { code: 'sql-conflict' },
  '25': { code: 'sql-refused' },
  '40': busy,
  '53': busy,
  '57': busy,
  '58': busy,
  XX: busy,
};
