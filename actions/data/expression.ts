import { failed, run } from '../../runbook/core/expression/evaluate.ts';
import { isTrue, parseExpression } from '../../runbook/core/expression.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';

export type RowExpression = (row: JsonObject, number: number) => Json;

/**
 * An expression of the language over one row, without braces: `row.bytes > values.limit`. Parsed once. `values` are the same for all rows.
 * Throws `expression-failed`, when it is made or for a row, whose number is then named.
 */
export function rowExpression(source: string, what: string, values: JsonObject = {}): RowExpression {
  const expression = parseExpression(source, ['row', 'values']);
  if (!expression.ok) throw failed(source, { where: what, values: {} }, expression.message);
  return (row, number) =>
    run(expression, {
      // Only a failure asks.
      get where() {
        return `${what}, row ${number}`;
      },
      values: { row, values },
    });
}

export function rowCondition(source: string, what: string, values?: JsonObject): (row: JsonObject, number: number) => boolean {
  const value = rowExpression(source, what, values);
  return (row, number) => isTrue(value(row, number));
}
