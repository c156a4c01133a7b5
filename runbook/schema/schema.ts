import { schema as source } from '../../schemas/generated/runbook.schema.ts';
import type { JsonObject } from '../core/json.ts';

/** The parts of JSON Schema that the language's schema and the actions' manifests use. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

export const runbookSchema = source as Schema;

/** A manifest's `inputs` under the same view. */
export function asSchema(inputs: JsonObject): Schema {
  return inputs as unknown as Schema;
}

/** What a value may be, with references followed; a description beside a reference wins over the one it refers to. */
export function resolve(schema: Schema, root: Schema = runbookSchema): Schema {
  let result = schema;
  if (schema.$ref) {
    const { $ref, ...rest } = schema;
    result = { ...resolve(root.definitions?.[$ref.replace('#/definitions/', '')] ?? {}, root), ...rest };
  }
  if (!result.allOf) return result;
  const { allOf, ...rest } = result;
  return Object.assign({}, ...allOf.map((part) => resolve(part, root)), rest);
}

/** The schema of the value under a key or list index; undefined where the schema says nothing. */
export function child(schema: Schema, key: string | number, root: Schema = runbookSchema): Schema | undefined {
  const here = resolve(schema, root);
  if (typeof key === 'number') return here.items && resolve(here.items, root);
  const property = here.properties && Object.hasOwn(here.properties, key) ? here.properties[key] : undefined;
  if (property) return resolve(property, root);
  for (const [pattern, value] of Object.entries(here.patternProperties ?? {}))
    if (new RegExp(pattern).test(key)) return resolve(value, root);
  return typeof here.additionalProperties === 'object' ? resolve(here.additionalProperties, root) : undefined;
}

export function schemaAt(path: readonly (string | number)[], root: Schema = runbookSchema): Schema | undefined {
  let schema: Schema | undefined = resolve(root, root);
  for (const key of path) schema = schema && child(schema, key, root);
  return schema;
}

/** The values a person may choose from: an enum, true and false, or the examples of a pattern. */
export function choices(schema: Schema): readonly unknown[] {
  if (schema.enum) return schema.enum;
  const found: unknown[] = [];
  const types = typesOf(schema);
  if (types.includes('boolean'))
    found.push(...(schema.then?.enum?.some((value) => typeof value === 'boolean') ? schema.then.enum : [true, false]));
  if (types.includes('string') && schema.then?.enum) found.push(...schema.then.enum.filter((value) => typeof value === 'string'));
  return found.length > 0 ? found : (schema.examples ?? []);
}

export function typesOf(schema: Schema): readonly string[] {
  return schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type;
}
