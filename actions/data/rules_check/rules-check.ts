import { dataAction, listOf, objectOf, textOf, wrongInput } from '../action.ts';
import { rowCondition } from '../expression.ts';
import { checkRows, Findings, onFailureOf, verdict } from '../findings.ts';
import { openTable } from '../table/table.ts';

const action = 'data/rules_check';

export const rulesCheck = dataAction(action, async (input, context) => {
  const values = objectOf(input.values);
  const rules = listOf(input.rules).map((item) => {
    const rule = objectOf(item);
    const name = textOf(rule.name);
    const where = typeof rule.where === 'string' ? rowCondition(rule.where, `rule ${name}, where`, values) : undefined;
    return { name, where, holds: rowCondition(textOf(rule.holds), `rule ${name}`, values), warning: rule.severity === 'warning' };
  });
  const twice = rules.find(({ name }, at) => rules.findIndex((other) => other.name === name) !== at);
  if (twice) throw wrongInput(action, `two rules are named ${twice.name}`);
  const table = await openTable(input.table, context);
  const onFailure = onFailureOf(input['on-failure'], 'fail');
  const broken = new Findings();
  let warnings = 0;
  const checked = await checkRows(context, table, onFailure, (row, number) => {
    let passes = true;
    for (const rule of rules) {
      if ((rule.where && !rule.where(row, number)) || rule.holds(row, number)) continue;
      broken.add(rule.name, number);
      if (rule.warning) warnings++;
      else passes = false;
    }
    return passes;
  });
  const outcomes = rules.map(({ name, warning }) => ({
    name,
    severity: warning ? 'warning' : 'error',
    broken: broken.count(name),
    rows: [...broken.rows(name)],
  }));
  for (const rule of outcomes)
    context.log(`${rule.broken === 0 ? 'holds' : `broken by ${rule.broken} rows, first ${rule.rows[0]}`}: ${rule.name}`);
  const worst = outcomes.filter(({ severity }) => severity === 'error').sort((a, b) => b.broken - a.broken)[0];
  return verdict(
    onFailure,
    checked,
    `the rule ${worst?.name} is broken ${worst?.broken} times, first in row ${worst?.rows[0]}`,
    'on-failure',
    {
      valid: checked.valid,
      invalid: checked.invalid,
      warnings,
      passed: checked.invalid === 0,
      rules: outcomes,
      ...checked.tables,
    },
  );
});
