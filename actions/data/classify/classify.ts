import type { Outcome } from '../../../engine/kernel/command.ts';
import { problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { dataAction, isObject, listOf, numberOf, objectOf, textOf, wrongInput } from '../action.ts';
import { rowCondition } from '../expression.ts';
import { columnNames, objectsOf } from '../table/columns.ts';
import { referenceJson } from '../table/reference.ts';
import { rewriteTable } from '../table/rewrite.ts';
import { openTable } from '../table/table.ts';
import { train } from './train.ts';

const action = 'data/classify';

/** The first rule that holds, else the model, else `otherwise`. */
export const classify = dataAction(action, async (input, context): Promise<Outcome> => {
  const values = objectOf(input.values);
  const rules = listOf(input.rules).map((item) => {
    const rule = objectOf(item);
    return { name: textOf(rule.class), holds: rowCondition(textOf(rule.when), `class ${textOf(rule.class)}`, values) };
  });
  if (rules.length === 0 && !isObject(input.train)) throw wrongInput(action, 'give `rules`, `train` or both');
  const table = await openTable(input.table, context);
  const model = isObject(input.train) ? await train(input.train, table, context) : undefined;
  if (model) {
    const { accuracy, baseline } = model.report;
    context.log(
      `right in ${percent(accuracy)} of ${model.report['held-out']} rows held out; always the most frequent class: ${percent(baseline)}`,
    );
    const minimum = numberOf(input['minimum-accuracy'], 0);
    if (model.accuracy < minimum)
      return {
        kind: 'failed',
        error: problem('data-accuracy', { accuracy: percent(accuracy), minimum: percent(minimum) }),
        outputs: model.report,
      };
  }
  const otherwise = input.otherwise ?? null;
  const width = table.columns.length;
  const wanted = textOf(input.as, 'class');
  const { names } = columnNames([...table.columns.map(({ name }) => name), wanted, `${wanted}_by`, `${wanted}_confidence`]);
  const least = numberOf(input['least-confidence'], 0);
  const counts = new Map<string, number>();
  const toObject = objectsOf(table.columns);
  const decide = (row: readonly Json[], number: number): readonly [Json, string, number | null] => {
    const object = rules.length > 0 ? toObject(row) : {};
    const rule = rules.find(({ holds }) => holds(object, number));
    if (rule) return [rule.name, 'rule', null];
    const said = model?.classify(row);
    return said && said.confidence >= least ? [said.label, 'model', Number(said.confidence.toFixed(4))] : [otherwise, 'none', null];
  };
  const reference = await rewriteTable(
    context,
    table,
    () => [
      ...table.columns,
      { name: names[width] ?? wanted, type: 'text' },
      { name: names[width + 1] ?? '', type: 'text' },
      { name: names[width + 2] ?? '', type: 'number' },
    ],
    (row, number) => {
      const cells: Json[] = row.slice();
      while (cells.length < width) cells.push(null);
      const decided = decide(row, number);
      const label = decided[0] === null ? '' : String(decided[0]);
      counts.set(label, (counts.get(label) ?? 0) + 1);
      return [...cells, ...decided];
    },
  );
  const classes = [...counts].sort((a, b) => b[1] - a[1]).map(([label, count]) => ({ class: label, count }));
  for (const { class: label, count } of classes.slice(0, 20)) context.log(`${label || 'no class'}: ${count}`);
  return { kind: 'succeeded', outputs: { table: referenceJson(reference), rows: reference.rows, classes, ...model?.report } };
});

const percent = (part: Json | undefined): string => `${(Number(part) * 100).toFixed(1)} %`;
