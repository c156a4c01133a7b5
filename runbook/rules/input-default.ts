import { parseDuration } from '../core/duration.ts';
import { checkInput } from '../core/inputs.ts';
import type { Finding, Rule } from '../rule.ts';
import { given, quoteAll } from '../schema/words.ts';
import { didYouMean, similar } from '../similar.ts';
import { itemsOf, type Node, stringOf, textOf, valueIn } from '../syntax/tree.ts';
import { inputOf } from './support/inputs.ts';
import { headOf } from './support/schema.ts';

export const inputDefault: Rule = {
  code: 'input-default',
  severity: 'error',
  doc: 'The default of an input would be refused if somebody gave it: it is of another type than the input, or not among its options. A `choice` needs `options`.',
  *check(facts): Generator<Finding> {
    for (const { name, node, range } of facts.inputs) {
      if (node.kind !== 'map') continue;
      const type = stringOf(valueIn(node, 'type')) ?? 'string';
      const options = valueIn(node, 'options');
      if (type === 'choice' && !options && !facts.broken(node.range))
        yield { range, message: `The choice \`${name}\` needs \`options\` to choose from.` };
      const value = valueIn(node, 'default');
      if (!value || (value.kind === 'scalar' && value.value === null)) continue;
      const allowed = itemsOf(options).flatMap((item) => textOf(item) ?? []);
      const why = problemWith(value, type, allowed) ?? refusal(name, node);
      if (!why) continue;
      const by = type === 'choice' ? similar(textOf(value) ?? '', allowed) : [];
      yield {
        range: headOf(facts, value),
        message: `The default of \`${name}\` ${why}.${didYouMean(by)}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
    }
  },
  bad: [
    'inputs: { n: { type: integer, default: <<1.5>> } }\nsteps:\n  - run: echo\n',
    'inputs: { on: { type: boolean, default: <<"yes">> }, t: { type: duration, default: <<5>> } }\nsteps:\n  - run: echo\n',
    'inputs: { p: { type: integer, default: <<70000>>, max: 65535 }, h: { format: ipv4, default: <<256.1.1.1>> } }\nsteps:\n  - run: echo\n',
    'inputs: { c: { type: choice, options: [low, high], default: <<hihg>> }, <<d>>: { type: choice } }\nsteps:\n  - run: echo\n',
  ],
  good: [
    'inputs: { n: { type: number, default: 1.5 }, c: { type: choice, options: [1, 2], default: 2 }, l: { type: list, default: [] } }\nsteps:\n  - run: echo\n',
  ],
};

/** What a person who gave this value would be told: `pattern`, `format`, `min`, `max`. */
function refusal(name: string, node: Node): string | undefined {
  const spec = inputOf(node);
  if (!spec) return undefined;
  const checked = checkInput(name, spec, spec.default);
  return checked.ok ? undefined : `is refused. ${checked.problem.remedy.replace(/\.$/, '')}`;
}

function problemWith(node: Node, type: string, allowed: readonly string[]): string | undefined {
  const value = node.kind === 'scalar' ? node.value : undefined;
  const is = (good: boolean, words: string) => (good ? undefined : `must be ${words}; this is ${given(node)}`);
  switch (type) {
    case 'number':
      return is(typeof value === 'number', 'a number');
    case 'integer':
      return typeof value === 'number' && !Number.isInteger(value)
        ? 'must be a whole number'
        : is(typeof value === 'number', 'a whole number');
    case 'boolean':
      return is(typeof value === 'boolean', 'true or false');
    case 'list':
      return is(node.kind === 'list', 'a list');
    case 'object':
      return is(node.kind === 'map', 'a map of keys and values');
    case 'duration': {
      const text = textOf(node);
      const result = text === undefined ? undefined : parseDuration(text);
      return result?.ok ? undefined : result ? result.message : 'must be a duration such as `5m`';
    }
    case 'choice':
      return allowed.length === 0 || allowed.includes(textOf(node) ?? '') ? undefined : `is not among its options: ${quoteAll(allowed)}`;
    default:
      return is(node.kind === 'scalar', 'text');
  }
}
