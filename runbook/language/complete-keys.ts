import type { Document } from '../document.ts';
import { verbs } from '../document.ts';
import { resolve } from '../schema/schema.ts';
import type { Range } from '../syntax/lines.ts';
import { entryOf, type Node } from '../syntax/tree.ts';
import { bodyOf } from './bodies.ts';
import type { Completion } from './completion.ts';
import { schemaDoc } from './docs.ts';
import { shapesOf } from './known.ts';
import type { Place } from './place.ts';
import { isStep, type Keys, keysOf } from './shape.ts';
import type { World } from './world.ts';

/** What a step is usually begun with. */
const first = ['id', 'name', ...verbs];

/** The keys that a map may still get, required ones first. */
export function completeKeys(document: Document, place: Place, range: Range, world: World): Completion[] {
  const shapes = shapesOf(document, withoutCursor(place), place.path, world);
  const keys = keysOf(shapes);
  const step = isStep(shapes);
  const followed = /^\s*:/.test(document.text.slice(range.end, range.end + 8));
  const { column } = document.lines.position(range.start);
  const rank = (name: string) => (keys.required.has(name) ? 0 : step && first.includes(name) ? 1 + first.indexOf(name) : 100);
  return Object.entries(keys.properties)
    .filter(([name]) => !entryOf(place.map, name) && (!step || fitsStep(place, name, keys)))
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([label, property]): Completion => {
      const schema = resolve(property);
      const body = bodyOf(label, schema, place.flow, place.map, column);
      return {
        label,
        kind: 'key',
        detail: keys.required.has(label) ? 'required' : undefined,
        documentation: schemaDoc(schema, keys.required.has(label)),
        insert: followed ? label : `${label}${body.plain}`,
        snippet: followed || body.snippet === undefined ? undefined : `${label}${body.snippet}`,
        range,
        again: !followed,
      };
    });
}

/** Beside one verb there is no other, except that anything may ask for approval; what belongs to a verb comes with it only. */
function fitsStep({ map, path }: Place, name: string, { beside }: Keys): boolean {
  const verb = verbs.find((one) => entryOf(map, one));
  if ((verbs as readonly string[]).includes(name)) return verb === undefined || verb === 'approve' || name === 'approve';
  if (path.at(-1) === 'undo' && (name === 'undo' || name === 'needs')) return false;
  const wants = beside.get(name);
  return !wants || (verb !== undefined && wants.includes(verb));
}

/** The tree as it would be without the half-written key at the cursor. */
function withoutCursor({ root, map, path }: Place): Node {
  const replace = (node: Node, [key, ...rest]: readonly (string | number)[]): Node => {
    if (key === undefined) return map ?? node;
    if (node.kind === 'list') return { ...node, items: node.items.map((item, index) => (index === key ? replace(item, rest) : item)) };
    if (node.kind !== 'map') return node;
    return { ...node, entries: node.entries.map((one) => (one.key.source === key ? { ...one, value: replace(one.value, rest) } : one)) };
  };
  return replace(root, path);
}
