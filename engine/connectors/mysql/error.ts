import type { Meanings } from '../sql/error.ts';

/** What an error number of MySQL or MariaDB means. */
export const meaning: Meanings = (code) => (Object.hasOwn(numbers, code) ? numbers[code] : undefined);

const login = { code: 'sql-login' } as const;
const database = { code: 'sql-database' } as const;
const permission = { code: 'sql-permission' } as const;
const conflict = { code: 'sql-conflict' } as const;
const busy = { code: 'sql-failed' } as const;
const stopped = { code: 'sql-stopped' } as const;
const readOnly = { code: 'sql-read-only' } as const;

const numbers: Readonly<Record<string, NonNullable<ReturnType<Meanings>>>> = {
  1022: conflict,
  1040: busy,
  1041: busy,
  1044: permission,
  1045: login,
  1048: conflict,
  1049: database,
  1053: { ...busy, ended: 'cut' },
  1062: conflict,
  1114: busy,
  1129: login,
  1130: login,
  1142: permission,
  1143: permission,
  1203: busy,
  1205: busy,
  1213: busy,
  1216: conflict,
  1217: conflict,
  1226: busy,
  1227: permission,
  1290: readOnly,
  1317: stopped,
  1370: permission,
  1451: conflict,
  1452: conflict,
  1557: conflict,
  1586: conflict,
  1698: login,
  1792: readOnly,
  1836: readOnly,
  1927: { ...busy, ended: 'cut' },
  1969: stopped,
  3024: stopped,
  3118: login,
  3819: conflict,
  4025: conflict,
};
