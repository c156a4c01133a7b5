import { buildInput } from '../build.ts';
import type { ActionManifest } from '../core/action.ts';
import type { InputSpec } from '../core/model.ts';
import type { Document, StepFact } from '../document.ts';
import { inputSchema } from '../input-schema.ts';
import { asSchema, type Schema } from '../schema/schema.ts';
import { entriesOf, type Node, stringOf, valueIn } from '../syntax/tree.ts';
import type { Path } from './place.ts';
import { type Shape, shapesAt } from './shape.ts';
import type { World } from './world.ts';

/** The shapes of a place in a tree: the language's, and inside `with` those of the action, of the called runbook, or of the own inputs. */
export function shapesOf(document: Document, tree: Node | undefined, path: Path, { around }: World): Shape[] {
  const withOf = (holder: Node): Schema | undefined => {
    const action = document.actions.get(stringOf(valueIn(holder, 'uses')) ?? '');
    if (action) return asSchema(action.inputs);
    const file = stringOf(valueIn(holder, 'call'));
    if (file !== undefined) {
      const called = around.called(file);
      return called && called !== 'missing' ? schemaOf(called.inputs) : undefined;
    }
    // Of a trigger: what a run of this very runbook gets.
    if (path[0] === 'triggers') return schemaOf(ownInputs(document));
    return undefined;
  };
  return shapesAt(tree, path, withOf, document.schema);
}

const schemaOf = (inputs: Readonly<Record<string, InputSpec>>): Schema => asSchema(inputSchema(inputs));

export function ownInputs(document: Document): Readonly<Record<string, InputSpec>> {
  return Object.fromEntries(document.inputs.map(({ name, node }) => [name, buildInput(node)]));
}

/** The innermost step around an offset. Behind the last key of a step the indentation decides, as long as no other section has begun. */
export function stepAt({ root, steps, text, lines }: Document, offset: number): StepFact | undefined {
  let best: StepFact | undefined;
  for (const step of steps) {
    const { start } = step.node.range;
    if (start <= offset && (!best || start >= best.node.range.start)) best = step;
  }
  if (!best) return undefined;
  for (const { key, merged } of entriesOf(root))
    if (!merged && key.range.start <= offset && key.range.start > best.node.range.start) return undefined;
  const { line, column } = lines.position(offset);
  const content = /^ *(?=[^ \r\n])/.exec(text.slice(lines.range(line).start, lines.range(line).end))?.[0].length ?? column;
  for (let step: StepFact | undefined = best; step; step = step.parent) {
    const { start, end } = step.node.range;
    if (offset <= end) return step;
    if (!step.node.flow && lines.position(start).column <= content) return step;
  }
  return undefined;
}

/** The steps around a step, from the inside out, itself first. */
export function* outwards(step: StepFact | undefined): Generator<StepFact> {
  for (let one = step; one; one = one.parent) yield one;
}

export type Actions = ReadonlyMap<string, ActionManifest>;
