import { type Problem, ProblemError, problem } from '../../runbook/core/errors.ts';
import { type Contexts, escapePointer, type SecretParts, type SecretText } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import { tooLargeKey } from '../../runbook/core/model.ts';
import { addLayer, type Environment } from './contexts.ts';
import type { ActionInputs } from './given-inputs.ts';
import type { RunbookFile, Snapshot } from './snapshot.ts';
import { actionIn } from './snapshot.ts';

/** The variable that a script reads an input from. */
export const inputVariable = (name: string): string => `INPUT_${name.toUpperCase().replaceAll('-', '_')}`;

/** What the script of an action starts with: its inputs (text as it is, anything else as JSON), then the `env` of its file. None of the runbook's. */
export function scriptEnvironment(
  { runbook }: RunbookFile,
  { inputs, secretInputs }: ActionInputs,
  contexts: Contexts,
): { readonly env: Readonly<Record<string, string>>; readonly secretTexts: readonly SecretText[] } {
  const values: Record<string, string> = {};
  const secret: Record<string, SecretParts> = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (value === null) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (text.includes('\0')) throw new ProblemError(problem('env-nul', { where: contexts.where, name: inputVariable(name) }));
    values[inputVariable(name)] = text;
    const parts = Object.hasOwn(secretInputs, name) ? secretInputs[name] : undefined;
    if (parts !== undefined) secret[inputVariable(name)] = parts;
  }
  const { run } = contexts.values;
  const own: Contexts = {
    where: contexts.where,
    values: { inputs, ...(run === undefined ? {} : { run }) },
    secrets: { secrets: {}, secretEnv: {}, secretInputs },
  };
  const environment: Environment = addLayer({ values, secret }, runbook.env, own);
  return {
    env: environment.values,
    secretTexts: Object.entries(environment.secret).map(([name, parts]) => ({ at: `/env/${escapePointer(name)}`, parts })),
  };
}

type Declared = { readonly ok: true; readonly outputs: Readonly<Record<string, Json>> } | { readonly ok: false; readonly problem: Problem };

/** Of what an action gave, the outputs that it declares, each of its type: what a script wrote is text, and read as JSON where something else is declared. */
export function declaredOutputs(snapshot: Pick<Snapshot, 'actions'>, action: string, given: Readonly<Record<string, Json>>): Declared {
  const outputs: [string, Json][] = [];
  const left = given[tooLargeKey];
  const tooLarge: string[] = [];
  for (const [output, { type }] of Object.entries(actionIn(snapshot, action)?.manifest.outputs ?? {})) {
    const value = Object.hasOwn(given, output) ? given[output] : undefined;
    if (value !== undefined && value !== null) {
      const typed = asType(value, type);
      if (typed === undefined) return { ok: false, problem: problem('action-output-wrong', { action, output, type }) };
      outputs.push([output, typed]);
    } else if (Array.isArray(left) && left.includes(output)) tooLarge.push(output);
    else return { ok: false, problem: problem('action-output-missing', { action, output }) };
  }
  if (tooLarge.length > 0) outputs.push([tooLargeKey, tooLarge]);
  return { ok: true, outputs: Object.fromEntries(outputs) };
}

function asType(value: Json, type: string): Json | undefined {
  if (type === 'any' || typeOf(value) === type) return value;
  if (type === 'string') return typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (typeof value !== 'string') return undefined;
  try {
    const read: Json = JSON.parse(value);
    return typeOf(read) === type ? read : undefined;
  } catch {
    return undefined;
  }
}

const typeOf = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);
