import type { ActionManifest } from '../core/action.ts';
import type { Document, StepFact } from '../document.ts';
import { asSchema, child, type Schema, schemaAt } from '../schema/schema.ts';
import { entriesOf, type Node, stringOf, valueIn } from '../syntax/tree.ts';
import type { Path } from './place.ts';
import { holds } from './pointed.ts';

/** The schema of a place: the language's, and inside `with` the one of the step's action. */
export function schemaOf(root: Node | undefined, path: Path, actions: ReadonlyMap<string, ActionManifest>): Schema | undefined {
  const at = path.lastIndexOf('with');
  if (at < 1 || !(typeof path[at - 1] === 'number' || path[at - 1] === 'undo')) return schemaAt(path);
  let step: Node | undefined = root;
  for (const key of path.slice(0, at)) step = step?.kind === 'list' ? step.items[Number(key)] : valueIn(step, String(key));
  const manifest = actions.get(stringOf(valueIn(step, 'uses')) ?? '');
  if (!manifest) return schemaAt(path);
  const inputs = asSchema(manifest.inputs);
  let schema: Schema | undefined = inputs;
  for (const key of path.slice(at + 1)) schema = schema && child(schema, key, inputs);
  return schema;
}

/** The innermost step around an offset; behind the last key of one it still is that one, as long as no other section has begun. */
export function stepAt({ root, steps }: Document, offset: number): StepFact | undefined {
  const around = steps.filter((step) => holds(step.node.range, offset));
  if (around.length > 0) return around.at(-1);
  const begun = entriesOf(root).filter((entry) => !entry.merged && entry.key.range.start <= offset);
  const section = begun.sort((a, b) => a.key.range.start - b.key.range.start).at(-1)?.key.source;
  return steps.filter((step) => step.list === section && !step.parent && step.node.range.start <= offset).at(-1);
}
