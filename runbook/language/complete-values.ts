import type { Document, StepFact } from '../document.ts';
import { outputsOf } from '../outputs.ts';
import { asSchema, choices, resolve, type Schema } from '../schema/schema.ts';
import { together } from '../steps.ts';
import type { Range } from '../syntax/lines.ts';
import { entryOf, itemsOf, type Node, stringOf, valueIn } from '../syntax/tree.ts';
import type { Completion } from './completion.ts';
import { actionDoc, calledDoc, targetDoc } from './docs.ts';
import { shapesOf, stepAt } from './known.ts';
import type { Place } from './place.ts';
import { isStep } from './shape.ts';
import { literal, stopFor } from './snippet.ts';
import { undeclaredSecrets } from './undeclared.ts';
import type { World } from './world.ts';

type Lister = (document: Document, place: Place, range: Range, world: World, step: StepFact | undefined) => Completion[];

/** Values that other parts of the file, or other files, give names to: by the key of the step that they stand under. */
const ofStep: Readonly<Record<string, Lister>> = { uses: actions, call: files, target: targets, needs, 'secret-outputs': outputs };

/** The values that a key takes, where they can be listed. */
export function completeValues(document: Document, place: Place, range: Range, world: World): Completion[] {
  const path = typeof place.path.at(-1) === 'number' ? place.path.slice(0, -1) : place.path;
  const key = String(path.at(-1) ?? '');
  const holder = shapesOf(document, place.root, path.slice(0, -1), world);
  const lister = isStep(holder) && Object.hasOwn(ofStep, key) ? ofStep[key] : undefined;
  if (lister) return lister(document, place, range, world, stepAt(document, range.start));
  if (key === 'tools' && path.at(-2) === 'agent') return named(document, range, itemsOf(valueAt(place.root, path)));
  if (key === 'secrets' && path.length === 1)
    return undeclaredSecrets(document).map((label) => value(label, range, 'secret', 'not declared yet'));
  const known = shapesOf(document, place.root, place.path, world).flatMap((shape) =>
    choices(shape as Schema).map((one) => ({
      label: String(one),
      kind: 'value' as const,
      detail: one === shape.default ? 'default' : undefined,
      documentation: shape.description,
      insert: quoted(one),
      range,
    })),
  );
  return [...new Map(known.map((item) => [item.label, item])).values()];
}

const value = (label: string, range: Range, kind: Completion['kind'], detail?: string, documentation?: string): Completion => ({
  label,
  kind,
  detail,
  documentation,
  insert: label,
  range,
});

/** As a plain scalar, or in quotes where YAML would read something else. */
function quoted(one: unknown): string {
  const text = String(one);
  return typeof one === 'string' && (/^[*&!|>%@`"'#,[\]{}?-]|: |\s#/.test(text) || /^(?:true|false|null|\d+)$/.test(text))
    ? JSON.stringify(text)
    : text;
}

function valueAt(root: Node, path: Place['path']): Node | undefined {
  let node: Node | undefined = root;
  for (const key of path) node = typeof key === 'number' ? itemsOf(node)[key] : valueIn(node, key);
  return node;
}

/** Each with the inputs that it cannot do without. */
function actions(document: Document, place: Place, range: Range): Completion[] {
  return [...document.actions.values()].map((action): Completion => {
    const inputs = asSchema(action.inputs);
    const required = (inputs.required ?? []).map((name) => [name, resolve(inputs.properties?.[name] ?? {}, inputs)] as const);
    return {
      label: action.name,
      kind: 'action',
      detail: `risk ${action.risk}`,
      documentation: actionDoc(action),
      insert: action.name,
      snippet: required.length === 0 || entryOf(place.map, 'with') ? undefined : `${literal(action.name)}${withKeys(required, place)}`,
      range,
    };
  });
}

function withKeys(keys: readonly (readonly [string, Schema])[], { flow, column }: Place): string {
  const stops = keys.map(([name, schema], index) => `${literal(name)}: ${stopFor(index + 1, schema)}`);
  if (flow) return `, with: { ${stops.join(', ')} }`;
  const beside = `\n${' '.repeat(column)}`;
  return `${beside}with:${stops.map((one) => `${beside}  ${one}`).join('')}$0`;
}

function named(document: Document, range: Range, taken: readonly Node[]): Completion[] {
  const names = new Set(taken.map(stringOf));
  return [...document.actions.values()]
    .filter(({ name }) => !names.has(name))
    .map((action) => value(action.name, range, 'action', `risk ${action.risk}`, actionDoc(action)));
}

/** Runbooks that can be called, with the inputs that they cannot do without. */
function files(_document: Document, place: Place, range: Range, { around, others }: World): Completion[] {
  return others.callable().map((label): Completion => {
    const called = around.called(label);
    const known = called && called !== 'missing' ? called : undefined;
    const required = Object.entries(known?.inputs ?? {}).filter(([, spec]) => spec.required === true && spec.default === undefined);
    const keys = required.map(([name, { options }]) => [name, { enum: options }] as const);
    return {
      label,
      kind: 'file',
      detail: known?.name,
      documentation: known && calledDoc(known),
      insert: label,
      snippet: keys.length === 0 || entryOf(place.map, 'with') ? undefined : `${literal(label)}${withKeys(keys, place)}`,
      range,
    };
  });
}

/** The runbook's own, then those of the workspace that it does not hide. */
function targets(document: Document, _place: Place, range: Range, { around }: World): Completion[] {
  const found = new Map<string, Completion>();
  for (const { name, node } of document.targets)
    found.set(name.toLowerCase(), value(name, range, 'target', stringOf(valueIn(node, 'type')), targetDoc(node)));
  for (const { name, type, file } of around.targets) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, value(name, range, 'target', `${type}, shared`, `A target of the workspace, in \`${file}\`.`));
  }
  if (!found.has('local')) found.set('local', value('local', range, 'target', 'this machine, the default'));
  return [...found.values()];
}

/** Ids of the other steps of the same list, those before the cursor first: the nearest are the likeliest. */
function needs(document: Document, place: Place, range: Range, _world: World, step: StepFact | undefined): Completion[] {
  if (!step) return [];
  const taken = new Set(itemsOf(valueIn(place.map, 'needs')).map((item) => stringOf(item)?.toLowerCase()));
  const list = document.steps.filter((one) => one.id && one !== step && together(one, step));
  const before = list.filter((one) => one.order < step.order);
  const after = list.filter((one) => one.order >= step.order);
  return [...before.toReversed(), ...after].flatMap((one) => {
    const name = one.id?.name ?? '';
    return taken.has(name.toLowerCase()) ? [] : [value(name, range, 'step', stringOf(valueIn(one.node, 'name')) ?? one.uses ?? one.verb)];
  });
}

function outputs(document: Document, _place: Place, range: Range, _world: World, step: StepFact | undefined): Completion[] {
  return step ? outputsOf(step, document.actions).names.map((name) => value(name, range, 'output')) : [];
}
