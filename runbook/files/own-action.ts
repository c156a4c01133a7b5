import type { AnalyseOptions } from '../analyse-whole.ts';
import { buildInput, buildRunbook } from '../build.ts';
import type { ActionManifest } from '../core/action.ts';
import { type Runbook, risks, type Step } from '../core/model.ts';
import type { PackInfo } from '../core/pack.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { readDocument } from '../document.ts';
import { inputSchema } from '../input-schema.ts';
import { parse, type Syntax } from '../syntax/parse.ts';
import { entriesOf, entryOf, itemsOf, type Node, stringOf, textOf, valueIn } from '../syntax/tree.ts';
import { analyseAction } from './action.ts';
import { asUndo } from './action-view.ts';
import { nameInPack } from './pack.ts';

/** An action that the workspace brings along, with the file that describes it. */
export interface OwnAction {
  readonly manifest: ActionManifest;
  readonly file: string;
  /** That brings it along. */
  readonly pack?: PackInfo;
}

/**
 * The actions of some files, in their order: of two with one name the first counts, what is built in keeps its name,
 * and what has no name is left out. One of a pack has the name of the pack and of its file. Whether one of them could run is not
 * looked at: see loadAction.
 */
export function ownActionsOf<F extends { readonly file: string; readonly text: string; readonly pack?: PackInfo }>(
  files: Iterable<F>,
  builtIn: readonly ActionManifest[],
): readonly (OwnAction & F)[] {
  const taken = new Set(builtIn.map(({ name }) => name));
  const found: (OwnAction & F)[] = [];
  for (const one of files) {
    const own = manifestOf(one.text, parse(one.text));
    const name = own && (one.pack === undefined ? own.name : nameInPack(one.pack.name, one.file));
    const manifest = own && name !== undefined ? { ...own, name } : undefined;
    if (!manifest || taken.has(manifest.name)) continue;
    taken.add(manifest.name);
    found.push({ ...one, manifest });
  }
  return found;
}

export interface LoadedAction {
  readonly kind: 'script' | 'steps';
  /** What it does: its steps, or one with its script; its risk is the floor of theirs. */
  readonly body: Runbook;
}

/** Reads an action for the engine; `action` is there whenever no diagnostic is an error. */
export function loadAction(text: string, options: AnalyseOptions): { action?: LoadedAction; diagnostics: readonly Diagnostic[] } {
  const { body, diagnostics } = analyseAction(text, options);
  const syntax = parse(text);
  const manifest = manifestOf(text, syntax);
  if (!manifest || diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics };
  const kind = entryOf(syntax.root, 'script') ? 'script' : 'steps';
  return { action: { kind, body: { ...buildRunbook(body), risk: manifest.risk } }, diagnostics };
}

function manifestOf(text: string, syntax: Syntax): ActionManifest | undefined {
  const { root } = syntax;
  const name = stringOf(valueIn(root, 'name'));
  if (name === undefined || name === '') return undefined;
  const inputs = Object.fromEntries(
    entriesOf(valueIn(root, 'inputs')).flatMap(({ key, value }) => (value.kind === 'map' ? [[key.source, buildInput(value)]] : [])),
  );
  const idempotent = valueIn(root, 'idempotent');
  const targets = itemsOf(valueIn(root, 'targets')).flatMap((item) => textOf(item) ?? []);
  const undo = undoOf(text, syntax);
  return {
    name,
    description: textOf(valueIn(root, 'description')) ?? '',
    category: oneOf(categories, valueIn(root, 'category')) ?? 'processing',
    complexity: oneOf(complexities, valueIn(root, 'complexity')) ?? 'simple',
    // Nobody said how much harm it can do.
    risk: oneOf(risks, valueIn(root, 'risk')) ?? 'medium',
    idempotent: idempotent?.kind === 'scalar' && idempotent.value === true,
    ...(targets.length === 0 ? {} : { targets }),
    inputs: inputSchema(inputs),
    outputs: Object.fromEntries(
      entriesOf(valueIn(root, 'outputs')).map(({ key, value }) => [
        key.source,
        { type: oneOf(outputTypes, valueIn(value, 'type')) ?? 'any', description: textOf(valueIn(value, 'description')) ?? '' },
      ]),
    ),
    ...(undo === undefined ? {} : { undo }),
    ...(entryOf(root, 'steps') && !entryOf(root, 'script') ? { madeOf: 'steps' as const } : {}),
    estimate: 1000,
  };
}

function undoOf(text: string, syntax: Syntax): Step | undefined {
  const written = valueIn(syntax.root, 'undo');
  if (!entryOf(written, 'run') && !entryOf(written, 'uses')) return undefined;
  const document = readDocument(text, { ...syntax, root: asUndo(syntax.root) }, []);
  const { env, steps } = buildRunbook(document);
  return steps[0] && { ...steps[0], env: { ...env, ...steps[0].env } };
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
