import { schema as source } from '../../schemas/generated/runbook.schema.ts';
import type { JsonObject } from '../core/json.ts';
import { type Node, stringOf, valueIn } from '../syntax/tree.ts';

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
  readonly not?: Schema;
  readonly if?: Schema;
  readonly then?: Schema;
  readonly dependencies?: Readonly<Record<string, readonly string[] | Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

export const runbookSchema = source as Schema;

/** A manifest's `inputs` under the same view. */
export function asSchema(inputs: JsonObject): Schema {
  return inputs as unknown as Schema;
}

/**
 * What a value may be, with references followed; a description beside a reference wins over the one it refers to.
 * `node`, the value as written, decides about conditions, such as what the `type` of a target makes of it.
 */
export function resolve(schema: Schema, root: Schema = runbookSchema, node?: Node): Schema {
  let result = schema;
  if (schema.$ref) {
    const { $ref, ...rest } = schema;
    result = { ...resolve(root.definitions?.[$ref.replace('#/definitions/', '')] ?? {}, root, node), ...rest };
  }
  // A map here, or a list of them: both are described, under their own keywords.
  if (result.if?.type === 'object' && result.then) result = { ...resolve(result.then, root, node), ...result };
  if (!result.allOf) return result;
  const { allOf, ...rest } = result;
  const parts = allOf.filter((part) => !part.if).map((part) => resolve(part, root, node));
  const met = allOf.flatMap(({ if: condition, then }) => (condition && then && meets(node, condition) ? [resolve(then, root, node)] : []));
  return Object.assign({}, ...parts, rest, ...met);
}

/** Conditions of the schema ask for one value of one key. */
function meets(node: Node | undefined, { properties = {} }: Schema): boolean {
  return Object.entries(properties).every(([key, { const: wanted }]) => wanted !== undefined && stringOf(valueIn(node, key)) === wanted);
}

/** The schema of the value under a key or list index; undefined where the schema says nothing. `node`: what `schema` describes, as written. */
export function child(schema: Schema, key: string | number, root: Schema = runbookSchema, node?: Node): Schema | undefined {
  const here = resolve(schema, root, node);
  const below = node && childNode(node, key);
  if (typeof key === 'number') return here.items && resolve(here.items, root, below);
  const property = here.properties && Object.hasOwn(here.properties, key) ? here.properties[key] : undefined;
  if (property) return resolve(property, root, below);
  for (const [pattern, value] of Object.entries(here.patternProperties ?? {}))
    if (new RegExp(pattern).test(key)) return resolve(value, root, below);
  return typeof here.additionalProperties === 'object' ? resolve(here.additionalProperties, root, below) : undefined;
}

/** The schema at a path from the top; `node` is the runbook as written. */
export function schemaAt(path: readonly (string | number)[], root: Schema = runbookSchema, node?: Node): Schema | undefined {
  let schema: Schema | undefined = resolve(root, root, node);
  let at = node;
  for (const key of path) {
    schema = schema && child(schema, key, root, at);
    at = at && childNode(at, key);
  }
  return schema;
}

const childNode = (node: Node, key: string | number): Node | undefined =>
  node.kind === 'list' ? node.items[Number(key)] : valueIn(node, String(key));

/** The values a person may choose from: an enum, true and false, or the examples of a pattern. */
export function choices(schema: Schema): readonly unknown[] {
  if (schema.enum) return schema.enum;
  const found: unknown[] = [];
  const types = typesOf(schema);
  const words = schema.if?.type === 'string' && schema.then ? resolve(schema.then) : undefined;
  if (types.includes('boolean'))
    found.push(...(schema.then?.enum?.some((value) => typeof value === 'boolean') ? schema.then.enum : [true, false]));
  if (types.includes('string') && schema.then?.enum) found.push(...schema.then.enum.filter((value) => typeof value === 'string'));
  return found.length > 0 ? found : (schema.examples ?? words?.examples ?? []);
}

export function typesOf(schema: Schema): readonly string[] {
  return schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type;
}
