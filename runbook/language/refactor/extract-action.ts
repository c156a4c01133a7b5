import type { Document, StepFact } from '../../document.ts';
import { scriptOutputs } from '../../outputs.ts';
import { type Entry, entriesOf, entryOf, stringOf, textOf, valueIn } from '../../syntax/tree.ts';
import { type Edit, endOfEntry, indentAt, lineBreak } from '../edit.ts';
import type { Refactoring } from '../refactor.ts';

/** Keys that go along with a script; everything else stays with the step. */
const moves = ['run', 'shell', 'env'];

/**
 * A script as an action of one's own: what its `env` holds becomes the action's inputs, so that any runbook can use it.
 * Offered for a script in block style whose `env`, if it has one, is a map of single values.
 */
export function extractAction(document: Document, step: StepFact): Refactoring[] {
  const run = entryOf(step.node, 'run');
  const script = stringOf(run?.value);
  if (step.verb !== 'run' || !run || run.merged || step.node.flow || script === undefined || step.node.entries.some(({ merged }) => merged))
    return [];
  const env = entryOf(step.node, 'env');
  const variables = entriesOf(env?.value);
  if (env && (env.value.kind !== 'map' || variables.some(({ value, merged }) => merged || value.kind !== 'scalar'))) return [];
  const shell = valueIn(step.node, 'shell');
  const names = new Set(variables.map(({ key }) => inputName(key.source)));
  // An action has no folder of its own; a note in `env` would be lost.
  if ((shell && shell.kind !== 'scalar') || entryOf(step.node, 'working-directory') || names.size < variables.length) return [];
  if (env && /(?:^|\s)#/.test(document.text.slice(env.key.range.start, endOfEntry(document, env)))) return [];
  const name = freeName(document, step);
  const entries = step.node.entries.filter(({ key }) => moves.includes(key.source));
  return [
    {
      title: `Extract to the action \`${name}\``,
      kind: 'extract',
      edits: rewritten(document, step, entries, name),
      action: { name, text: actionText(document, step, name, script, textOf(shell)) },
    },
  ];
}

/** The first of the keys becomes `uses` and `with`; the others go with all of their lines. */
function rewritten(document: Document, step: StepFact, entries: readonly Entry[], name: string): Edit[] {
  const { text, lines } = document;
  const newline = lineBreak(document);
  const variables = entriesOf(valueIn(step.node, 'env'));
  return entries.map(({ key, value }, index) => {
    const indent = indentAt(document, key.range.start);
    let end = Math.max(key.range.end, value.range.end);
    while (end > key.range.end && /\s/.test(text[end - 1] ?? '')) end--;
    const line = lines.range(lines.position(end).line);
    if (index > 0) {
      const start = lines.range(lines.position(key.range.start).line).start;
      return { range: { start, end: line.end }, text: '' };
    }
    const rows = variables.map(
      (one) => `${newline}${indent}  ${inputName(one.key.source)}: ${text.slice(one.value.range.start, one.value.range.end)}`,
    );
    const replaced = `uses: ${name}${rows.length === 0 ? '' : `${newline}${indent}with:${rows.join('')}`}`;
    return { range: { start: key.range.start, end: line.start + text.slice(line.start, line.end).trimEnd().length }, text: replaced };
  });
}

const inputName = (variable: string) => variable.toLowerCase().replaceAll('_', '-');

function freeName(document: Document, step: StepFact): string {
  const base = (step.id?.name ?? 'script').toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  let name = `own/${base}`;
  for (let count = 2; document.actions.has(name); count++) name = `own/${base}-${count}`;
  return name;
}

function actionText(document: Document, step: StepFact, name: string, script: string, shell: string | undefined): string {
  const variables = entriesOf(valueIn(step.node, 'env')).map(({ key }) => key.source);
  const says = textOf(valueIn(step.node, 'description')) ?? textOf(valueIn(step.node, 'name')) ?? 'What the action does.';
  const rows = [
    `name: ${name}`,
    `description: ${JSON.stringify(says)}`,
    `risk: ${textOf(valueIn(step.node, 'risk')) ?? 'medium'}`,
    ...(variables.length > 0 ? ['inputs:'] : []),
    ...variables.map((one) => `  ${inputName(one)}: { type: string, required: true, description: What the script reads as ${one} }`),
    ...(shell === undefined ? [] : [`shell: ${shell}`]),
    ...(variables.length > 0 ? ['env:'] : []),
    ...variables.map((one) => `  ${one}: \${{ inputs.${inputName(one)} }}`),
    'script: |',
    ...script
      .replace(/\n+$/, '')
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`)),
    'outputs:',
    ...Object.entries(scriptOutputs).map(
      ([output, doc]) => `  ${output}: { type: ${output === 'exit-code' ? 'number' : 'string'}, description: ${JSON.stringify(doc)} }`,
    ),
  ];
  return rows.map((row) => row + lineBreak(document)).join('');
}
