import { isIP } from 'node:net';
import type { Json } from '../../../runbook/core/json.ts';
import { patternLimit } from '../../../runbook/core/pattern.ts';
import { isObject, listOf, numberOf, objectOf, textOf, wrongInput } from '../action.ts';
import { type Column, type ColumnType, cellText, readCell } from '../table/columns.ts';
import { columnAt } from '../table/table.ts';

export interface ColumnRules {
  readonly name: string;
  readonly at: number;
  readonly type: ColumnType;
  readonly required: boolean;
  readonly unique: boolean;
  /** What is wrong with a value that is there; undefined for nothing. */
  wrong(cell: Json): string | undefined;
}

type Check = (value: Json, text: string) => string | undefined;

/** What is asked of each column, by `columns`; of the others only how full they are. Throws `action-input`, `data-column`. */
export function columnRules(columns: readonly Column[], given: Json | undefined, required: ReadonlySet<string>): ColumnRules[] {
  const wanted = objectOf(given);
  for (const name of [...Object.keys(wanted), ...required]) columnAt({ columns }, name);
  return columns.map(({ name, type }, at) => {
    const rule = Object.hasOwn(wanted, name) ? objectOf(wanted[name]) : {};
    const checks = checksOf(name, rule);
    return {
      name,
      at,
      type,
      required: rule.required === true || required.has(name),
      unique: rule.unique === true,
      wrong(cell) {
        if (checks.length === 0) return undefined;
        const value = readCell(cell, type);
        const text = cellText(cell);
        for (const check of checks) {
          const why = check(value, text);
          if (why !== undefined) return why;
        }
        return undefined;
      },
    };
  });
}

function checksOf(name: string, rule: Readonly<Record<string, Json>>): readonly Check[] {
  const checks: Check[] = [];
  const type = textOf(rule.type);
  const kind = kinds[type];
  if (kind) checks.push((value, text) => (kind(value, text) ? undefined : `is not of type ${type}`));
  if (rule.min !== undefined || rule.max !== undefined) {
    const min = numberOf(rule.min, Number.NEGATIVE_INFINITY);
    const max = numberOf(rule.max, Number.POSITIVE_INFINITY);
    checks.push((_, text) => {
      const number = Number(text);
      return Number.isNaN(number)
        ? 'is no number'
        : number < min
          ? `is less than ${min}`
          : number > max
            ? `is more than ${max}`
            : undefined;
    });
  }
  if (rule.pattern !== undefined) {
    const pattern = patternOf(name, textOf(rule.pattern));
    const limit = patternLimit(pattern.source);
    checks.push((_, text) =>
      text.length > limit ? 'is too long for the pattern to be tried' : pattern.test(text) ? undefined : 'does not match the pattern',
    );
  }
  if (rule.in !== undefined) {
    const allowed = new Set(listOf(rule.in).map((value) => cellText(value)));
    checks.push((_, text) => (allowed.has(text) ? undefined : 'is not one of the values allowed'));
  }
  if (rule['max-length'] !== undefined) {
    const most = numberOf(rule['max-length'], 0);
    checks.push((_, text) => (text.length <= most ? undefined : `is longer than ${most} characters`));
  }
  return checks;
}

const kinds: Readonly<Record<string, (value: Json, text: string) => boolean>> = {
  number: (value, text) => typeof value === 'number' || (text.trim() !== '' && Number.isFinite(Number(text))),
  integer: (value, text) => Number.isInteger(typeof value === 'number' ? value : Number(text || 'x')),
  boolean: (value, text) => typeof value === 'boolean' || /^(?:true|false)$/i.test(text),
  time: (_, text) => /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)),
  address: (_, text) => isIP(text) !== 0,
  email: (_, text) => /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text),
  url: (_, text) => URL.canParse(text) && /^https?:/i.test(text),
  object: (value) => isObject(value),
};

function patternOf(name: string, source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    throw wrongInput('data/quality', `the pattern of ${name} is not one: ${error instanceof Error ? error.message : String(error)}`);
  }
}
