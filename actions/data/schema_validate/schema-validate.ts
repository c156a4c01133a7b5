import type { ErrorObject, ValidateFunction } from 'ajv';
import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { dataAction, isObject, textOf, wrongInput } from '../action.ts';
import { pathOf, readBytes } from '../files.ts';
import { checkRows, Findings, onFailureOf, verdict } from '../findings.ts';
import { openTable } from '../table/table.ts';

const action = 'data/schema_validate';
const longestSchema = 4 * 1024 * 1024;

export const schemaValidate = dataAction(action, async (input, context) => {
  const validate = await compileSchema(input.schema, context, action);
  const table = await openTable(input.table, context);
  const onFailure = onFailureOf(input['on-failure'], 'fail');
  const errors = new Findings();
  const checked = await checkRows(context, table, onFailure, (row, number) => {
    if (validate(withoutNothing(row))) return true;
    for (const error of validate.errors ?? []) errors.add(sentence(error), number);
    return false;
  });
  const list = errors.list();
  for (const { kind, count, rows } of list.slice(0, 20)) context.log(`${count} × ${kind}, first in row ${rows[0]}`);
  if (errors.others > 0) context.log(`${errors.others} errors of further kinds`);
  const first = list[0];
  return verdict(onFailure, checked, `${first?.kind}, first in row ${first?.rows[0]}`, 'on-failure', {
    valid: checked.valid,
    invalid: checked.invalid,
    passed: checked.invalid === 0,
    errors: list.slice(0, 100).map(({ kind, count, rows }) => ({ error: kind, count, rows: [...rows] })),
    ...checked.tables,
  });
});

/** A JSON Schema given inline or by path, ready to be asked. Throws `action-input`, `file-missing`, `data-format`. */
export async function compileSchema(given: Json | undefined, context: ActionContext, action: string): Promise<ValidateFunction> {
  const schema = typeof given === 'string' ? await schemaFile(given, context) : given;
  if (!isObject(schema)) throw wrongInput(action, 'the schema is not an object');
  const [{ Ajv }, { default: formats }] = await Promise.all([import('ajv'), import('ajv-formats')]);
  const ajv = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true, validateFormats: true });
  formats.default(ajv);
  try {
    return ajv.compile(schema);
  } catch (error) {
    throw wrongInput(action, `the schema is not valid: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function schemaFile(path: string, context: ActionContext): Promise<Json> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of readBytes(pathOf(path, context), path, context.signal)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestSchema) throw new ProblemError(problem('data-limit', { what: `The schema ${path}`, limit: '4 MiB' }));
  }
  try {
    return JSON.parse(
      Buffer.concat(chunks)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    );
  } catch {
    throw new ProblemError(problem('data-format', { file: path, format: 'JSON Schema', why: 'it is not JSON' }));
  }
}

/** A cell with nothing in it is a property that is not there: so that `required` says what it means. */
function withoutNothing(row: Readonly<Record<string, Json>>): Record<string, Json> {
  const there: Record<string, Json> = {};
  for (const name in row) {
    const value = row[name];
    if (value !== null && value !== '' && value !== undefined) there[name] = value;
  }
  return there;
}

/** Names the column and the rule, never the value. */
function sentence({ instancePath, message, params }: ErrorObject): string {
  const extra =
    textOf(params.additionalProperty) || (Array.isArray(params.allowedValues) ? params.allowedValues.slice(0, 10).join(', ') : '');
  const place = instancePath.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
  return `${place ? `${place} ` : ''}${message ?? 'is not valid'}${extra === '' ? '' : ` (${extra})`}`.slice(0, 300);
}
