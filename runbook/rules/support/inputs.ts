import { buildInput } from '../../build.ts';
import { formats } from '../../core/formats.ts';
import { checkInput } from '../../core/inputs.ts';
import { type InputSpec, inputTypes } from '../../core/model.ts';
import type { Facts, Finding } from '../../rule.ts';
import { didYouMean, similar } from '../../similar.ts';
import { entriesOf, type Node, toJson, valueIn } from '../../syntax/tree.ts';
import { headOf } from './schema.ts';

/** The input as values are checked against it; undefined where it is wrong itself, which has diagnostics of its own. */
export function inputOf(node: Node): InputSpec | undefined {
  if (node.kind !== 'map') return undefined;
  const items = valueIn(node, 'items');
  const { type, options, format, pattern, min, max } = buildInput(node);
  const isSound =
    inputTypes.includes(type) &&
    (options === undefined || Array.isArray(options)) &&
    (format === undefined || Object.hasOwn(formats, format)) &&
    (pattern === undefined || typeof pattern === 'string') &&
    [min, max].every((limit) => limit === undefined || typeof limit === 'number') &&
    (items === undefined || inputOf(items) !== undefined);
  return isSound ? buildInput(node) : undefined;
}

/** What is wrong with values given to the inputs of a runbook; one that holds an expression is known only in a run. An input that is wrong itself is undefined. */
export function* givenInputs(
  facts: Facts,
  given: Node | undefined,
  owner: string,
  inputs: Readonly<Record<string, InputSpec | undefined>>,
): Generator<Finding> {
  const known = Object.keys(inputs);
  for (const { key, value } of entriesOf(given)) {
    if (!Object.hasOwn(inputs, key.source)) {
      const by = similar(key.source, known);
      const hint = by.length > 0 ? didYouMean(by) : known.length > 0 ? ` It has: ${known.join(', ')}.` : ' It has none.';
      yield {
        range: key.range,
        message: `${owner} has no input \`${key.source}\`.${hint}`,
        fix: by.length > 0 ? { kind: 'replace', by } : undefined,
      };
      continue;
    }
    const spec = inputs[key.source];
    if (spec && !JSON.stringify(toJson(value)).includes('${{')) {
      const checked = checkInput(key.source, spec, toJson(value) ?? undefined);
      if (!checked.ok) yield { range: headOf(facts, value), message: `\`${key.source}\` is refused. ${checked.problem.remedy}` };
    }
  }
}

/** Names of inputs that a run cannot start without, and that nothing is given for. */
export function missingInputs(given: Node | undefined, inputs: Readonly<Record<string, InputSpec | undefined>>): string[] {
  const names = new Set(entriesOf(given).map(({ key }) => key.source));
  return Object.entries(inputs).flatMap(([name, spec]) =>
    spec?.required === true && spec.default === undefined && !names.has(name) ? [name] : [],
  );
}

const samples: Readonly<Partial<Record<InputSpec['type'], string>>> = {
  number: '0',
  integer: '0',
  boolean: 'false',
  duration: '5m',
  list: '[]',
  object: '{}',
};

/** Something of the right kind to begin with. */
export function sampleInput(spec: InputSpec | undefined): string {
  const [option] = spec?.options ?? [];
  if (option !== undefined) return JSON.stringify(option);
  return samples[spec?.type ?? 'string'] ?? '""';
}
