/** Five fields: minute, hour, day of the month, month, day of the week. */
interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const fields: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: months },
  // Sunday is 0 and 7.
  { name: 'day of the week', min: 0, max: 7, names: weekdays },
];
const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export type CronResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** `message` is a sentence's end that fits behind the expression: what is wrong and what to write. */
export function checkCron(text: string): CronResult {
  const parts = text.trim().split(/\s+/);
  if (/^@/.test(text.trim())) return wrong('is a shorthand that is not known here; write five fields, such as `0 3 * * *`');
  if (parts.length !== fields.length)
    return wrong(
      `has ${parts.length} ${parts.length === 1 ? 'field' : 'fields'} and needs five: minute, hour, day of the month, month, day of the week`,
    );
  const values: (readonly number[])[] = [];
  for (const [index, field] of fields.entries()) {
    const found = readField(parts[index] ?? '', field);
    if (typeof found === 'string') return wrong(found);
    values.push(found);
  }
  const [, , days = [], inMonths = []] = values;
  // With a day of the week too, either of the days counts.
  if (parts[4] === '*' && !inMonths.some((month) => days.some((day) => day <= (longestMonth[month - 1] ?? 31))))
    return wrong('never comes: no such month has such a day');
  return { ok: true };
}

/** The values that a field allows, or what is wrong with it. */
function readField(text: string, field: Field): readonly number[] | string {
  const values: number[] = [];
  for (const item of text.split(',')) {
    const parts = /^(\*|[A-Za-z0-9]+)(?:-([A-Za-z0-9]+))?(?:\/(\d{1,4}))?$/.exec(item);
    if (!parts)
      return `has \`${item.slice(0, 20)}\` for the ${field.name}; write a number, a range such as \`1-5\`, a step such as \`*/15\`, or \`*\``;
    const [, first = '', last, step] = parts;
    const from = first === '*' ? field.min : number(first, field);
    const to = last !== undefined ? number(last, field) : first === '*' || step !== undefined ? field.max : from;
    if (first === '*' && last !== undefined)
      return `has \`${item.slice(0, 20)}\` for the ${field.name}; a range has two ends, such as \`1-5\``;
    if (from === undefined || to === undefined)
      return `has \`${item.slice(0, 20)}\` for the ${field.name}, which goes from ${field.min} to ${field.max}`;
    if (from > to) return `has the range \`${item.slice(0, 20)}\` for the ${field.name}, which ends before it begins`;
    const every = step === undefined ? 1 : Number(step);
    if (every < 1) return `has a step of 0 for the ${field.name}`;
    for (let value = from; value <= to; value += every) values.push(value);
  }
  return values;
}

function number(text: string, { min, max, names = [] }: Field): number | undefined {
  const index = names.indexOf(text.toUpperCase());
  if (index >= 0) return index + (min === 1 ? 1 : 0);
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

const wrong = (message: string): CronResult => ({ ok: false, message });
