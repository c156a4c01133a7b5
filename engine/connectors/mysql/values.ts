import type { Json } from '../../../runbook/core/json.ts';
import { honestJson, honestNumber } from '../sql/values.ts';

/** A column as the server describes it, under the names that the library gives. */
export interface Column {
  readonly name: string;
  readonly columnType?: number | undefined;
  readonly characterSet?: number | undefined;
  /** `json` for the columns of MariaDB that are declared so. */
  readonly extendedFormat?: string | undefined;
}

const bit = 16;
const json = 245;
const dateTimes: readonly (number | undefined)[] = [7, 12];

/** A value as the library reads it (dates as text, integers beyond a double as text), in JSON. */
export function fromMysql(column: Column, value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return column.columnType === bit ? bitsOf(value) : value.toString('base64');
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (column.columnType === json || column.extendedFormat === 'json') return honestJson(value);
    return dateTimes.includes(column.columnType) ? value.replace(' ', 'T') : value;
  }
  // Points and vectors.
  return JSON.parse(JSON.stringify(value));
}

const bitsOf = (bytes: Buffer): Json => honestNumber(BigInt(`0x${bytes.toString('hex') || '0'}`).toString());

/** For limits: about what it took on the wire. */
export const sizeOf = (row: readonly unknown[]): number =>
  row.reduce<number>((sum, value) => sum + (typeof value === 'string' || Buffer.isBuffer(value) ? value.length + 4 : 8), 0);
