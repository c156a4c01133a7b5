import type { ErrorObject } from 'ajv';
import type { Json } from '../../../runbook/core/json.ts';
import { dataAction, textOf } from '../action.ts';
import { checkRows, Findings, onFailureOf, verdict } from '../findings.ts';
import { openTable } from '../table/table.ts';
import { compileSchema } from './compile.ts';

const action = 'data/schema_validate';

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
