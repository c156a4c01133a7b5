import { schema } from '../../schemas/generated/action.schema.ts';
import validate from '../../schemas/generated/action.validator.js';
import { builtInActions } from '../actions.ts';
import { type AnalyseOptions, type Analysis, analyseWhole, type FileSchema } from '../analyse-whole.ts';
import { parseExpression, references } from '../core/expression.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Document } from '../document.ts';
import type { Rule } from '../rule.ts';
import type { Schema } from '../schema/schema.ts';
import { errorsBy } from '../schema/validate.ts';
import { didYouMean, similar } from '../similar.ts';
import { Lines } from '../syntax/lines.ts';
import { parse, type Syntax } from '../syntax/parse.ts';
import { entriesOf, entryOf, type MapNode, type Node, stringOf, textOf, valueIn } from '../syntax/tree.ts';
import { asRunbook, asUndo } from './action-view.ts';
import { rulesOfShape, rulesOfSteps, together } from './rules.ts';

const actionSchema: FileSchema = { schema: schema as Schema, errors: (root) => errorsBy(validate, root) };

export interface ActionAnalysis extends Analysis {
  /** What it does, as a runbook. */
  readonly body: Document;
}

/**
 * A file `NAME.action.yaml`. The text is held against the schema of actions; then what it does is read as a runbook of its own
 * (a script is one step of it), so that every rule about steps and expressions holds here too.
 */
export function analyseAction(text: string, options: AnalyseOptions, lines = new Lines(text)): ActionAnalysis {
  const syntax = parse(text);
  const wanted = (rules: readonly Rule[]) => (options.rules === undefined ? rules : rules.filter((rule) => options.rules?.includes(rule)));
  const shape = analyseWhole(text, { ...options, rules: wanted(rulesOfShape) }, lines, { syntax, schema: actionSchema });
  const { root } = syntax;
  const read = (view: Node | undefined): Analysis =>
    analyseWhole(text, { ...options, rules: wanted(rulesOfSteps) }, lines, { syntax: { ...syntax, root: view } });
  const body = read(asRunbook(root));
  const undo = entryOf(root, 'undo') && read(asUndo(root));
  const own = root?.kind === 'map' ? [...ownFindings(root, syntax)] : [];
  const ofUndo = undo === undefined ? [] : [...withoutResult(undo, text), ...unknownResults(undo, root)];
  const diagnostics = together('an action', shape.diagnostics, body.diagnostics.map(aboutSecret), ofUndo.map(aboutSecret), own);
  const document = { ...body.document, root, schema: actionSchema.schema };
  return { ...body, document, diagnostics, body: body.document };
}

const aboutSecret = (diagnostic: Diagnostic): Diagnostic =>
  diagnostic.code !== 'unknown-secret'
    ? diagnostic
    : {
        code: diagnostic.code,
        severity: diagnostic.severity,
        range: diagnostic.range,
        message: 'An action sees no secrets but those that it is given: declare an input, and pass the secret to it under `with`.',
      };

/** In an undo of an action `result` is what the action gave. */
const withoutResult = ({ diagnostics }: Analysis, text: string): readonly Diagnostic[] =>
  diagnostics.filter(({ code, range }) => code !== 'unknown-context' || text.slice(range.start, range.end).toLowerCase() !== 'result');

function* unknownResults({ expressions }: Analysis, root: Node | undefined): Generator<Diagnostic> {
  const known = entriesOf(valueIn(root, 'outputs')).map(({ key }) => key.source);
  for (const { source, contexts, locate } of expressions) {
    const parsed = parseExpression(source, [...contexts, 'result']);
    for (const { context, segments } of parsed.ok ? references(parsed) : []) {
      const [first] = segments;
      if (context !== 'result' || !first || known.some((name) => name.toLowerCase() === first.name.toLowerCase())) continue;
      const by = similar(first.name, known);
      const hint = by.length > 0 ? didYouMean(by) : ` It has: ${known.join(', ') || 'none'}.`;
      yield {
        code: 'unknown-output',
        severity: 'error',
        range: locate(first.start, first.end),
        message: `The action has no output \`${first.name}\`.${hint}`,
        ...(by.length > 0 ? { fix: { kind: 'replace', by } } : {}),
      };
    }
  }
}

/** What only actions can get wrong. */
function* ownFindings(root: MapNode, { problems }: Syntax): Generator<Diagnostic> {
  const error = (code: string, node: Node, message: string): Diagnostic => ({ code, severity: 'error', range: node.range, message });
  const first = root.entries[0]?.key ?? root;
  const [steps, script, undo] = ['steps', 'script', 'undo'].map((key) => entryOf(root, key));
  // A half that could not be read may hold the key.
  if (problems.length === 0) {
    if (!entryOf(root, 'name'))
      yield error('missing-key', first, 'The key `name` is missing: what `uses` calls the action, such as `edge/block`.');
    if (!entryOf(root, 'description'))
      yield error('missing-key', first, 'The key `description` is missing: say what the action does and changes.');
    if (!steps && !script) yield error('missing-key', first, 'An action has either `steps` or a `script`; this one has neither.');
  }
  if (steps && script) yield error('one-of-keys', script.key, 'An action has either `steps` or a `script`, not both.');
  const name = valueIn(root, 'name');
  const taken = stringOf(name);
  if (name && builtInActions.some((action) => action.name === taken))
    yield error(
      'duplicate-name',
      name,
      `\`${taken}\` is built in, and an action of one's own cannot take its place: give it another name.`,
    );
  const variables = new Map<string, string>();
  for (const { key } of entriesOf(valueIn(root, 'inputs'))) {
    const variable = key.source.toUpperCase().replaceAll('-', '_');
    const other = variables.get(variable);
    if (script && other !== undefined && other !== key.source)
      yield error('duplicate-name', key, `The script could not tell \`${key.source}\` from \`${other}\`: both are \`INPUT_${variable}\`.`);
    variables.set(variable, key.source);
  }
  for (const { key, value } of entriesOf(valueIn(root, 'outputs'))) {
    const written = entryOf(value, 'value');
    if (key.source.startsWith('x-')) continue;
    if (script && written)
      yield error('misplaced-key', written.key, 'A script writes its outputs to `$RUNWRIGHT_OUTPUT`, so `value` would have no effect.');
    else if (steps && !written)
      yield error(
        'required-key',
        key,
        `The output \`${key.source}\` needs \`value\`: what it is, such as \`\${{ steps.ID.outputs.NAME }}\`.`,
      );
  }
  const shell = entryOf(root, 'shell');
  if (shell && !script) yield error('misplaced-key', shell.key, '`shell` belongs to `script`, which this action does not have.');
  if (undo?.value.kind === 'map' && !entryOf(undo.value, 'run') && !entryOf(undo.value, 'uses') && problems.length === 0)
    yield error('step-verb', undo.key, 'The `undo` of an action is one step with `run` or `uses`.');
  if (undo && textOf(undo.value) === undefined && entryOf(undo.value, 'undo'))
    yield error('misplaced-key', undo.key, 'An `undo` is not undone itself.');
}
