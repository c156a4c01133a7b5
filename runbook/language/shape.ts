import { runbookSchema, type Schema } from '../schema/schema.ts';
import { type Node, textOf, valueIn } from '../syntax/tree.ts';
import type { Path } from './place.ts';

/** More of JSON Schema, as far as it says which keys go together. */
interface Full extends Schema {
  readonly else?: Schema;
  readonly dependencies?: Readonly<Record<string, readonly string[] | Schema>>;
}

/** What may stand at a place, without references and alternatives: several where what is written leaves a choice. */
export type Shape = Omit<Full, '$ref' | 'allOf' | 'anyOf' | 'oneOf'>;

/** The schema of a `with`, by the step or trigger that it belongs to; undefined where it is not known. */
export type WithSchema = (holder: Node) => Schema | undefined;

/** The language's schema for the value at a path, narrowed by what is written on the way; inside `with` that of what is called. */
export function shapesAt(tree: Node | undefined, path: Path, withOf: WithSchema, whole: Schema = runbookSchema): Shape[] {
  let root = whole;
  let node = tree;
  let shapes = flatten(root, root, node);
  let holder: Node | undefined;
  for (const key of path) {
    // A step holds its `with`, and the one of its `retry`.
    if (node?.kind === 'map' && (isStep(shapes) || shapes.some(({ properties }) => properties?.source ?? properties?.cron))) holder = node;
    const own: Schema | undefined = key === 'with' && root === whole && holder ? withOf(holder) : undefined;
    node = typeof key === 'number' ? (node?.kind === 'list' ? node.items[key] : undefined) : valueIn(node, key);
    const below = own ? [own] : shapes.flatMap((shape) => childOf(shape, key) ?? []);
    if (own) root = own;
    shapes = below.flatMap((schema) => flatten(schema, root, node));
  }
  return shapes;
}

export const isStep = (shapes: readonly Shape[]): boolean => shapes.some(({ properties }) => properties?.run && properties.uses);

function childOf(shape: Shape, key: string | number): Schema | undefined {
  if (typeof key === 'number') return shape.items;
  if (shape.properties && Object.hasOwn(shape.properties, key)) return shape.properties[key];
  for (const [pattern, value] of Object.entries(shape.patternProperties ?? {})) if (new RegExp(pattern).test(key)) return value;
  return typeof shape.additionalProperties === 'object' ? shape.additionalProperties : undefined;
}

/** References followed, parts joined, and of alternatives those that fit what is written. */
export function flatten(schema: Schema, root: Schema, node?: Node, depth = 0): Shape[] {
  // A schema may refer to itself.
  if (depth > 12) return [];
  const { $ref, allOf = [], anyOf = [], oneOf = [], ...own }: Full = schema;
  const inner = (one: Schema) => flatten(one, root, node, depth + 1);
  let shapes: Shape[] = [own];
  const join = (others: readonly Shape[]) => {
    if (others.length > 0) shapes = shapes.flatMap((above) => others.map((below) => merge(below, above)));
  };
  const target = $ref === undefined ? undefined : root.definitions?.[$ref.replace('#/definitions/', '')];
  if (target) join(inner(target));
  for (const part of allOf) join(inner(part));
  if (own.if?.properties) {
    const branch = fits(own.if, node) ? own.then : own.else;
    if (branch) join(inner(branch));
  } else if (own.if && own.then && !own.then.enum) {
    const kind = kindOf(node);
    const others = inner(own.then).map((below) => merge(below, { ...own, type: below.type ?? own.type, items: undefined }));
    if (kind === undefined) shapes = [...shapes, ...others];
    else if (kind === own.if.type) shapes = others;
  }
  for (const choice of [anyOf, oneOf]) {
    // Alternatives that only say which keys go together have no shape of their own.
    const shaped = choice.filter((one) => one.$ref ?? one.properties ?? one.type ?? one.enum ?? one.items ?? one.allOf);
    const fitting = shaped.filter((one) => inner(one).some((shape) => admits(shape, node)));
    join((fitting.length > 0 ? fitting : shaped).flatMap(inner));
  }
  return shapes;
}

function merge(below: Shape, above: Shape): Shape {
  const given = Object.fromEntries(Object.entries(above).filter(([, value]) => value !== undefined));
  const properties = below.properties || above.properties ? { ...below.properties, ...above.properties } : undefined;
  const required = below.required || above.required ? [...(below.required ?? []), ...(above.required ?? [])] : undefined;
  return { ...below, ...given, ...(properties ? { properties } : {}), ...(required ? { required } : {}) };
}

function kindOf(node: Node | undefined): string | undefined {
  if (!node || (node.kind === 'scalar' && node.value === null)) return undefined;
  return node.kind === 'map' ? 'object' : node.kind === 'list' ? 'array' : typeof node.value;
}

const wanted = ({ const: value, enum: values }: Schema): readonly unknown[] | undefined => (value === undefined ? values : [value]);

function fits(condition: Schema, node: Node | undefined): boolean {
  return Object.entries(condition.properties ?? {}).every(([name, schema]) => {
    const written = textOf(valueIn(node, name));
    return written !== undefined && wanted(schema)?.some((one) => String(one) === written) === true;
  });
}

/** Could what is written be this? Told by its kind, and by a key that names the alternative. */
function admits({ type, properties }: Shape, node: Node | undefined): boolean {
  const kind = kindOf(node);
  const types = type === undefined ? [] : typeof type === 'string' ? [type] : type;
  if (kind === undefined) return true;
  const collection = kind === 'object' || kind === 'array';
  if (types.length > 0 && (collection ? !types.includes(kind) : types.every((one) => one === 'object' || one === 'array'))) return false;
  return Object.entries(properties ?? {}).every(([name, schema]) => {
    const written = textOf(valueIn(node, name));
    const values = wanted(schema);
    return written === undefined || values?.length !== 1 || String(values[0]) === written;
  });
}

export interface Keys {
  readonly properties: Readonly<Record<string, Schema>>;
  /** What every alternative requires. */
  readonly required: ReadonlySet<string>;
  /** Keys that make sense beside at least one of the others only. */
  readonly beside: ReadonlyMap<string, readonly string[]>;
}

/** The keys of a map, over all alternatives. */
export function keysOf(shapes: readonly Shape[]): Keys {
  const maps = shapes.filter(({ properties }) => properties);
  const properties: Readonly<Record<string, Schema>> = Object.assign({}, ...maps.map((one) => one.properties));
  const required = new Set(maps[0]?.required?.filter((name) => maps.every((one) => one.required?.includes(name))));
  const beside = new Map<string, readonly string[]>();
  for (const { dependencies } of maps) {
    for (const [name, one] of Object.entries(dependencies ?? {}))
      beside.set(name, isList(one) ? one : (one.anyOf ?? []).flatMap((part) => part.required ?? []));
  }
  return { properties, required, beside };
}

const isList = (one: readonly string[] | Schema): one is readonly string[] => Array.isArray(one);
