import type { ActionManifest } from '../core/action.ts';
import type { InputSpec } from '../core/model.ts';
import { choices, type Schema, typesOf } from '../schema/schema.ts';
import { typeWords } from '../schema/words.ts';
import type { Called } from '../surroundings.ts';
import { entriesOf, type Node, textOf } from '../syntax/tree.ts';

export const contextDocs: Readonly<Record<string, string>> = {
  inputs: 'The values given when the run was started: `inputs.NAME`.',
  steps: 'What earlier steps returned: `steps.ID.outputs.NAME` and `steps.ID.outcome`.',
  env: 'Environment variables of the runbook and the step: `env.NAME`.',
  secrets: 'Values from the secret store: `secrets.NAME`, alone in its braces, in `env`, `with` and `targets` only.',
  run: 'The run itself: `run.id`, `run.started-at`, `run.requested-by`.',
  target: 'Where the step runs.',
  item: 'The item that this pass of the loop is for. `as` of the loop may give it another name.',
  attempt: 'The number of this try, from 1 on.',
  error: 'What went wrong: `error.code`, `error.class`, `error.message`. In `undo`, `fallback`, `on-failure` and `retry`.',
  result: "What the step's verb returned. In `outputs` of a step.",
  alert: 'The alert that starts the run, such as `alert.labels.NAME`. In a trigger.',
};

export const fieldsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  run: { id: 'The id of the run.', 'started-at': 'When the run started, ISO 8601 in UTC.', 'requested-by': 'Who started the run.' },
  error: {
    code: 'The code of the error.',
    class: 'The class of the error, such as `network` or `exit`.',
    message: 'What went wrong, in a sentence.',
  },
  target: { name: 'The name of the target.', type: 'The kind of target, such as `local`.' },
};

/** Markdown about a key: its description, what it takes, its default. */
export function schemaDoc(schema: Schema, required = false): string {
  const lines = [schema.description ?? ''];
  const values = choices(schema);
  if (values.length > 0)
    lines.push(`${schema.examples && !schema.enum ? 'Such as' : 'One of'}: ${values.map((value) => `\`${String(value)}\``).join(', ')}`);
  else if (typesOf(schema).length > 0) lines.push(`Takes ${typeWords(typesOf(schema))}.`);
  if (schema.default !== undefined)
    lines.push(`Default: \`${typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default)}\``);
  if (required) lines.push('Required.');
  return lines.filter((line) => line !== '').join('\n\n');
}

export function actionDoc(action: ActionManifest): string {
  const inputs = Object.entries((action.inputs.properties ?? {}) as Readonly<Record<string, Schema>>);
  const required = new Set(action.inputs.required as readonly string[] | undefined);
  const rows = inputs.map(([name, schema]) => `- \`${name}\`${required.has(name) ? ' (required)' : ''}: ${schema.description ?? ''}`);
  const outputs = Object.keys(action.outputs).map((name) => `- ${outputDoc(action, name)}`);
  return [
    `**${action.name}** · ${action.category} · risk ${action.risk}`,
    action.description,
    conditions(action),
    '`with`',
    rows.join('\n'),
    'Outputs',
    outputs.join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Where it runs, whether it is taken back, and what it reads besides its inputs. */
function conditions({ targets, undo, settings }: ActionManifest): string {
  const where = targets === undefined || (targets.length === 1 && targets[0] === 'local') ? '' : `Runs on: ${targets.join(', ')}.`;
  const [file, section] = settings?.split('.') ?? [];
  const reads = file === undefined ? '' : `Reads ${section === undefined ? '' : `\`${section}\` of `}\`.runwright/${file}.yaml\`.`;
  return [where, undo === undefined ? '' : 'A rollback takes it back.', reads].filter((part) => part !== '').join(' ');
}

export function outputDoc(action: ActionManifest, name: string): string {
  const output = action.outputs[name];
  return output ? `\`${name}\` (${output.type}): ${output.description}` : `\`${name}\``;
}

/** What a called runbook does and takes. */
export function calledDoc({ name, description, inputs, outputs, broken }: Called): string {
  const rows = Object.entries(inputs).map(([key, spec]) => `- ${inputDoc(key, spec)}`);
  return [
    `**${name}** (runbook)`,
    broken ? '_It has errors and could not run._' : undefined,
    description,
    rows.length > 0 ? `Inputs\n\n${rows.join('\n')}` : undefined,
    outputs.length > 0 ? `Outputs: ${outputs.map((one) => `\`${one}\``).join(', ')}` : undefined,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n');
}

/** One line about an input: its type, whether it must be given, its default. */
export function inputDoc(name: string, { type, required, default: fallback, description, format, options }: InputSpec): string {
  const kind =
    type === 'choice' && options ? options.map((one) => `\`${String(one)}\``).join(' or ') : [type, format].filter(Boolean).join(', ');
  const must = fallback === undefined ? (required ? ', required' : '') : `, default \`${shown(fallback)}\``;
  return `\`${name}\` (${kind}${must})${description ? `: ${description}` : ''}`;
}

const shown = (one: unknown) => (typeof one === 'string' ? one : JSON.stringify(one)).slice(0, 200);

/** A target as it is written: what it is and where; a value that refers to a secret shows the reference only. */
export function targetDoc(node: Node): string {
  const rows = entriesOf(node).flatMap(({ key, value }) => {
    const text = textOf(value);
    return text === undefined || /pass|key|secret|token/i.test(key.source) ? [] : [`- ${key.source}: \`${text.slice(0, 200)}\``];
  });
  return rows.join('\n');
}
