import type { NamedFact } from '../document.ts';
import type { Finding, Rule } from '../rule.ts';
import { type Entry, entryOf, type Node, stringOf, valueIn } from '../syntax/tree.ts';

/** Which types a limit says something about; of the others it would be ignored. */
const fits: Readonly<Record<string, readonly string[]>> = {
  options: ['choice'],
  format: ['string'],
  pattern: ['string', 'file'],
  min: ['string', 'file', 'number', 'integer', 'list'],
  max: ['string', 'file', 'number', 'integer', 'list'],
  items: ['list'],
};

export const contradictingInput: Rule = {
  code: 'contradicting-input',
  severity: 'error',
  doc: 'What an input asks of its value contradicts itself: `min` is greater than `max`, a limit does not belong to the type, or `pattern` is no regular expression. No value, or any, would be accepted.',
  *check({ inputs }): Generator<Finding> {
    for (const input of inputs) yield* check(input, input.node);
  },
  bad: [
    'inputs: { n: { type: integer, min: 9, <<max>>: 3 }, p: { pattern: <<"([a-z]">> } }\nsteps:\n  - run: echo\n',
    'inputs: { on: { type: boolean, <<min>>: 1 }, mode: { <<options>>: [a, b] }, l: { type: list, <<format>>: ip, items: { type: duration, <<pattern>>: "^5" } } }\nsteps:\n  - run: echo\n',
  ],
  good: [
    'inputs: { n: { type: integer, min: 3, max: 3 }, p: { pattern: "^[a-z]+$", max: 9 }, l: { type: list, min: 1, items: { format: ip } } }\nsteps:\n  - run: echo\n',
  ],
};

function* check({ name }: NamedFact, node: Node): Generator<Finding> {
  const type = stringOf(valueIn(node, 'type')) ?? 'string';
  for (const [key, types] of Object.entries(fits)) {
    const entry = entryOf(node, key);
    if (
      entry &&
      !types.includes(type) &&
      Object.values(fits).some((known) => known.includes(type) || type === 'boolean' || type === 'object' || type === 'duration')
    )
      yield {
        range: entry.key.range,
        message: `\`${key}\` says nothing about a value of type \`${type}\`; it is for ${types.map((one) => `\`${one}\``).join(', ')}.`,
      };
  }
  const [min, max] = [numberIn(node, 'min'), numberIn(node, 'max')];
  if (min && max && min.value > max.value)
    yield { range: max.entry.key.range, message: `No value fits \`${name}\`: \`max\` is less than \`min\`.` };
  const pattern = valueIn(node, 'pattern');
  const source = stringOf(pattern);
  if (pattern && source !== undefined && !isPattern(source))
    yield { range: pattern.range, message: 'This is not a regular expression, so no text would match it.' };
  const items = valueIn(node, 'items');
  if (items?.kind === 'map') yield* check({ name, range: items.range, node: items }, items);
}

function numberIn(node: Node, key: string): { readonly entry: Entry; readonly value: number } | undefined {
  const entry = entryOf(node, key);
  return entry?.value.kind === 'scalar' && typeof entry.value.value === 'number' ? { entry, value: entry.value.value } : undefined;
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
