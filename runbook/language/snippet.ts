import { choices, type Schema, typesOf } from '../schema/schema.ts';

/** Text that means itself in a snippet. */
export const literal = (text: string): string => text.replaceAll(/[\\$}]/g, '\\$&');

/** A stop with a text to type over; with several the editor offers them. */
export function stop(index: number, options: readonly string[] = []): string {
  if (options.length === 0) return `$${index}`;
  if (options.length === 1) return `\${${index}:${literal(options[0] ?? '')}}`;
  return `\${${index}|${options.map((one) => one.replaceAll(/[\\,|$}]/g, '\\$&')).join(',')}|}`;
}

/** What to type over for a value of the schema: its choices, with the default first. */
export function stopFor(index: number, schema: Schema): string {
  const known = schema.enum || typesOf(schema).includes('boolean') ? choices(schema).map(String) : [];
  const first = schema.default === undefined || typeof schema.default === 'object' ? undefined : String(schema.default);
  if (known.length > 0) return stop(index, first === undefined ? known : [first, ...known.filter((one) => one !== first)]);
  const example = first ?? schema.examples?.find((one) => typeof one !== 'object');
  return stop(index, example === undefined ? [] : [String(example)]);
}
