import { join } from 'node:path';
import { buildInput } from '../runbook/build.ts';
import type { ActionManifest } from '../runbook/core/action.ts';
import { risks } from '../runbook/core/model.ts';
import { inputSchema } from '../runbook/input-schema.ts';
import { parse } from '../runbook/syntax/parse.ts';
import { entriesOf, type Node, stringOf, textOf, valueIn } from '../runbook/syntax/tree.ts';
import type { Files } from './files.ts';

const ending = /\.action\.ya?ml$/;

/** An action that the workspace brings along, with the file that describes it. */
export interface OwnAction {
  readonly manifest: ActionManifest;
  readonly file: string;
}

export function actionFiles(sharedFolder: string, files: Pick<Files, 'list'>): string[] {
  const folder = join(sharedFolder, 'actions');
  return files
    .list(folder)
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));
}

/** The actions of `.runwright/actions`, by file name; of two with one name the first counts, and what has no name is left out. */
export function readOwnActions(sharedFolder: string, files: Pick<Files, 'list' | 'read'>): readonly OwnAction[] {
  const found = new Map<string, OwnAction>();
  for (const file of actionFiles(sharedFolder, files)) {
    const text = files.read(file);
    const manifest = text === undefined ? undefined : manifestOf(parse(text).root);
    if (manifest && !found.has(manifest.name)) found.set(manifest.name, { manifest, file });
  }
  return [...found.values()];
}

function manifestOf(root: Node | undefined): ActionManifest | undefined {
  const name = stringOf(valueIn(root, 'name'));
  if (name === undefined || name === '') return undefined;
  const inputs = Object.fromEntries(
    entriesOf(valueIn(root, 'inputs')).flatMap(({ key, value }) => (value.kind === 'map' ? [[key.source, buildInput(value)]] : [])),
  );
  const idempotent = valueIn(root, 'idempotent');
  return {
    name,
    description: textOf(valueIn(root, 'description')) ?? '',
    category: oneOf(categories, valueIn(root, 'category')) ?? 'processing',
    complexity: oneOf(complexities, valueIn(root, 'complexity')) ?? 'simple',
    // Nobody said how much harm it can do.
    risk: oneOf(risks, valueIn(root, 'risk')) ?? 'medium',
    idempotent: idempotent?.kind === 'scalar' && idempotent.value === true,
    inputs: inputSchema(inputs),
    outputs: Object.fromEntries(
      entriesOf(valueIn(root, 'outputs')).map(({ key, value }) => [
        key.source,
        { type: oneOf(outputTypes, valueIn(value, 'type')) ?? 'any', description: textOf(valueIn(value, 'description')) ?? '' },
      ]),
    ),
    estimate: 1000,
  };
}

const categories = [
  'import',
  'analysis',
  'processing',
  'validation',
  'export',
  'integration',
  'containment',
  'notification',
  'investigation',
] as const satisfies readonly ActionManifest['category'][];
const complexities = ['simple', 'moderate', 'complex'] as const;
const outputTypes = ['string', 'number', 'boolean', 'list', 'object', 'any'] as const;

function oneOf<T extends string>(values: readonly T[], node: Node | undefined): T | undefined {
  const text = textOf(node);
  return values.find((value) => value === text);
}
