import type { JsonObject } from './core/json.ts';
import type { InputSpec } from './core/model.ts';

/** JSON Schema (draft-07) of a `with` that gives these inputs: of a called runbook, or of an action of one's own. */
export function inputSchema(inputs: Readonly<Record<string, InputSpec>>): JsonObject {
  const required = Object.entries(inputs).flatMap(([name, spec]) => (spec.required === true && spec.default === undefined ? [name] : []));
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, valueSchema(spec)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

function valueSchema(spec: InputSpec): JsonObject {
  const { type, description, options, min, max, items, pattern } = spec;
  const numeric = type === 'number' || type === 'integer';
  const [least, most] = numeric ? ['minimum', 'maximum'] : type === 'list' ? ['minItems', 'maxItems'] : ['minLength', 'maxLength'];
  return {
    description: description ?? `An input of type ${type}.`,
    ...(types[type] === undefined ? {} : { type: types[type] }),
    ...(spec.default === undefined ? {} : { default: spec.default }),
    ...(type === 'choice' && options !== undefined ? { enum: [...options] } : {}),
    ...(pattern === undefined || type !== 'string' ? {} : { pattern }),
    ...(min === undefined ? {} : { [least]: min }),
    ...(max === undefined ? {} : { [most]: max }),
    ...(type === 'list' && items !== undefined ? { items: valueSchema(items) } : {}),
  };
}

const types: Readonly<Partial<Record<InputSpec['type'], string>>> = {
  string: 'string',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  duration: 'string',
  list: 'array',
  object: 'object',
  file: 'string',
};
