import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { JsonObject } from '../../../runbook/core/json.ts';
import { textOf, textsOf, wrongInput } from '../action.ts';
import { type Features, featuresOf } from '../bayes/features.ts';
import { NaiveBayes } from '../bayes/naive-bayes.ts';
import { cellText, type Row } from '../table/columns.ts';
import { columnAt, openTable, type Table } from '../table/table.ts';

const mostRows = 500_000;
const leastRows = 20;
const mostClasses = 100;

export interface Trained {
  classify(row: Row): { readonly label: string; readonly confidence: number } | undefined;
  /** What is known of how well it does. */
  readonly report: JsonObject;
  readonly accuracy: number;
}

/**
 * Learns from rows with a label. Every fifth row, chosen by its number alone, is held out until the model was tried on it;
 * only then is it learned as well. Throws `data-limit`, `data-column`, `action-input`.
 */
export async function train(given: JsonObject, table: Table, context: ActionContext): Promise<Trained> {
  const labelled = await openTable(given.table, context);
  if (labelled.rows > mostRows) throw new ProblemError(problem('data-limit', { what: 'The number of labelled rows', limit: mostRows }));
  const label = columnAt(labelled, textOf(given.label));
  const names =
    given.columns === undefined ? labelled.columns.flatMap(({ name }, at) => (at === label ? [] : [name])) : textsOf(given.columns);
  const places = names.map((name) => columnAt(labelled, name));
  const columns = places.flatMap((at) => labelled.columns[at] ?? []);
  const own = names.map((name) => table.columns.findIndex((column) => column.name === name));
  if (own.every((at) => at < 0))
    throw wrongInput('data/classify', `the table has none of the columns learned from: ${names.slice(0, 20).join(', ')}`);
  const features = featuresOf(columns, places);
  const model = new NaiveBayes(features.numbers);

  const held: { label: string; features: Features }[] = [];
  let number = 0;
  for await (const block of labelled.blocks()) {
    for (const row of block) {
      number++;
      const wanted = cellText(row[label]).trim();
      if (wanted === '') continue;
      const found = features.of(row);
      // Spread over the file, also where it is sorted.
      if (Math.imul(number, 0x9e3779b1) >>> 0 < 2 ** 32 / 5) held.push({ label: wanted, features: found });
      else model.learn(wanted, found);
      if (model.classes.length > mostClasses)
        throw new ProblemError(problem('data-limit', { what: `The number of classes in ${textOf(given.label)}`, limit: mostClasses }));
    }
  }
  if (number < leastRows || held.length === 0 || model.classes.length < 2)
    throw wrongInput(
      'data/classify',
      `there is too little to learn from: ${number} rows, ${model.classes.length} classes; at least ${leastRows} rows and 2 classes are needed`,
    );
  const report = await measure(model, held);
  for (const row of held) model.learn(row.label, row.features);
  const ownFeatures = featuresOf(columns, own);
  return { classify: (row) => model.classify(ownFeatures.of(row)), ...report };
}

/** Against always saying the most frequent class, which is what a model has to be better than. */
async function measure(model: NaiveBayes, held: readonly { readonly label: string; readonly features: Features }[]) {
  const classes = new Map<string, { held: number; said: number; right: number }>();
  const of = (label: string) => {
    const known = classes.get(label) ?? { held: 0, said: 0, right: 0 };
    classes.set(label, known);
    return known;
  };
  for (const [at, { label, features }] of held.entries()) {
    const said = model.classify(features)?.label ?? '';
    of(label).held++;
    of(said).said++;
    if (said === label) of(label).right++;
    if (at % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const share = (part: number, all: number) => (all === 0 ? null : Number((part / all).toFixed(4)));
  const right = [...classes.values()].reduce((sum, one) => sum + one.right, 0);
  const accuracy = right / held.length;
  return {
    accuracy,
    report: {
      accuracy: share(right, held.length),
      baseline: share(Math.max(...[...classes.values()].map((one) => one.held)), held.length),
      'held-out': held.length,
      measured: [...classes]
        .sort((a, b) => b[1].held - a[1].held)
        .map(([label, one]) => ({
          class: label,
          rows: one.held,
          precision: share(one.right, one.said),
          recall: share(one.right, one.held),
        })),
    },
  };
}
