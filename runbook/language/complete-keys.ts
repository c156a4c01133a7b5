import type { Document } from '../document.ts';
import { resolve, type Schema, typesOf } from '../schema/schema.ts';
import type { Range } from '../syntax/lines.ts';
import { entryOf } from '../syntax/tree.ts';
import type { Completion } from './completion.ts';
import { schemaDoc } from './docs.ts';
import { schemaOf } from './known.ts';
import type { Place } from './place.ts';

/** Beside one verb another is wrong, except that anything may ask for approval. */
const rivals: Readonly<Record<string, readonly string[]>> = { run: ['uses', 'with'], uses: ['run', 'shell', 'working-directory'] };

/** The keys that a map may still get, required ones first. */
export function completeKeys(document: Document, place: Place, range: Range): Completion[] {
  const schema = schemaOf(document.root, place.path, document.actions);
  if (!schema?.properties) return [];
  const followed = /^\s*:/.test(document.text.slice(range.end, range.end + 8));
  const excluded = new Set(
    Object.keys(rivals).flatMap((verb) => (entryOf(place.map, verb) && schema.properties?.run ? (rivals[verb] ?? []) : [])),
  );
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties)
    .filter(([name]) => !entryOf(place.map, name) && !excluded.has(name))
    .sort(([a], [b]) => Number(required.has(b)) - Number(required.has(a)))
    .map(([label, property]) => {
      const value = resolve(property);
      return {
        label,
        kind: 'key',
        detail: required.has(label) ? 'required' : undefined,
        documentation: schemaDoc(value, required.has(label)),
        insert: followed ? label : `${label}:${behind(label, value, place.flow, document, range.start)}`,
        range,
        again: !followed,
      };
    });
}

/** What follows the colon: a blank, or the next line where only a map or list can stand. */
function behind(label: string, schema: Schema, flow: boolean, document: Document, at: number): string {
  const types = typesOf(schema);
  if (flow) return ' ';
  if (label === 'run') return ' ';
  const { column } = document.lines.position(at);
  // Behind `- ` the map begins at the column of its first key, which the client's own indentation does not know.
  const indent = ' '.repeat(column + 2);
  if (types.length === 1 && types[0] === 'object') return `\n${indent}`;
  if (
    types.length === 1 &&
    types[0] === 'array' &&
    schema.items &&
    (resolve(schema.items).type === 'object' || resolve(schema.items).properties)
  )
    return `\n${indent}- `;
  return ' ';
}
