import type { Document } from '../document.ts';
import { choices } from '../schema/schema.ts';
import type { Range } from '../syntax/lines.ts';
import type { Completion } from './completion.ts';
import { actionDoc } from './docs.ts';
import { schemaOf } from './known.ts';
import type { Place } from './place.ts';

/** The values that a key takes, where they can be listed. */
export function completeValues(document: Document, place: Place, range: Range): Completion[] {
  const key = place.path.at(-1);
  if (key === 'uses' && typeof place.path.at(-2) !== 'string') return actions(document, range);
  if (key === 'uses' && place.path.at(-2) === 'undo') return actions(document, range);
  const schema = schemaOf(document.root, place.path, document.actions);
  if (!schema) return [];
  return choices(schema).map((value) => ({
    label: String(value),
    kind: 'value',
    detail: value === schema.default ? 'default' : undefined,
    documentation: schema.description,
    insert: String(value),
    range,
  }));
}

function actions(document: Document, range: Range): Completion[] {
  return [...document.actions.values()].map((action) => ({
    label: action.name,
    kind: 'action',
    detail: `risk ${action.risk}`,
    documentation: actionDoc(action),
    insert: action.name,
    range,
  }));
}
