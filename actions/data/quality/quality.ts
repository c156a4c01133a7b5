import { randomInt } from 'node:crypto';
import type { Outcome } from '../../../engine/kernel/command.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { dataAction, listOf, numberOf, objectOf, textOf, textsOf } from '../action.ts';
import { rowCondition } from '../expression.ts';
import { Findings } from '../findings.ts';
import { isMissing, objectsOf, type Row } from '../table/columns.ts';
import { columnAt, openTable, type Table } from '../table/table.ts';
import { columnRules } from './column-rules.ts';
import { Fingerprints } from './fingerprints.ts';

/** More rows would take more memory for their fingerprints than an engine should have. */
const mostFingerprints = 16_000_000;
const duplicateRow = 'rows';

export const quality = dataAction('data/quality', async (input, context): Promise<Outcome> => {
  const table = await openTable(input.table, context);
  const columns = columnRules(table.columns, input.columns, new Set(textsOf(input.required)));
  const rules = listOf(input.consistency).map((item) => {
    const rule = objectOf(item);
    const name = textOf(rule.name);
    return { name, holds: rowCondition(textOf(rule.holds), `rule ${name}`, objectOf(input.values)) };
  });
  const repeated = duplicates(table, input.duplicates ?? true);
  const uniques = columns.filter(({ unique }) => unique).map((column) => ({ column, seen: fingerprints(table) }));

  const filled = columns.map(() => 0);
  const invalid = new Findings();
  const broken = new Findings();
  const again = new Findings();
  const toObject = objectsOf(table.columns);
  let wrongCells = 0;
  let number = 0;
  for await (const block of table.blocks()) {
    for (const row of block) {
      number++;
      for (let at = 0; at < columns.length; at++) {
        const cell = row[at] ?? null;
        if (isMissing(cell)) continue;
        filled[at] = (filled[at] ?? 0) + 1;
        const why = columns[at]?.wrong(cell);
        if (why === undefined) continue;
        wrongCells++;
        invalid.add(`${columns[at]?.name} ${why}`, number);
      }
      if (rules.length > 0) {
        const object = toObject(row);
        for (const rule of rules) if (!rule.holds(object, number)) broken.add(rule.name, number);
      }
      if (repeated && !repeated(row)) again.add(duplicateRow, number);
      for (const { column, seen } of uniques) {
        const cell = row[column.at] ?? null;
        if (!isMissing(cell) && !seen.add(JSON.stringify(cell))) again.add(column.name, number);
      }
    }
  }

  const wanted = columns.some(({ required }) => required) ? columns.filter(({ required }) => required) : columns;
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  const all = sum(filled);
  const scores: JsonObject = {
    completeness: share(sum(wanted.map(({ at }) => filled[at] ?? 0)), wanted.length * number),
    validity: share(all - wrongCells, all),
    consistency: share(number * rules.length - sum(rules.map(({ name }) => broken.count(name))), number * rules.length),
    uniqueness: share(number - again.count(duplicateRow), number),
  };
  const score = Math.round((sum(Object.values(scores).map(Number)) / 4) * 10_000) / 100;
  const list = (findings: Findings) =>
    findings
      .list()
      .slice(0, 100)
      .map(({ kind, count, rows }) => ({ what: kind, count, rows: [...rows] }));
  const minimum = numberOf(input.minimum, 0);
  const outputs: JsonObject = {
    score,
    passed: score >= minimum,
    rows: number,
    ...scores,
    columns: columns.slice(0, 500).map(({ name, type, required }, at) => ({
      name,
      type,
      required,
      filled: filled[at] ?? 0,
      missing: number - (filled[at] ?? 0),
      repeated: again.count(name),
    })),
    invalid: list(invalid),
    inconsistent: list(broken),
    duplicates: again.count(duplicateRow),
    'duplicate-rows': [...again.rows(duplicateRow)],
  };
  context.log(
    `score ${score} of 100: ${Object.entries(scores)
      .map(([name, value]) => `${name} ${(Number(value) * 100).toFixed(1)} %`)
      .join(', ')}`,
  );
  for (const { kind, count, rows } of [...invalid.list(), ...broken.list()].slice(0, 20))
    context.log(`${count} × ${kind}, first in row ${rows[0]}`);
  if (score >= minimum) return { kind: 'succeeded', outputs };
  return { kind: 'failed', error: problem('data-quality', { score, minimum }), outputs };
});

/** Parts of one, to six places; one where there was nothing to ask. */
const share = (good: number, all: number): number => (all === 0 ? 1 : Math.round((good / all) * 1e6) / 1e6);

/** Tells of each row whether it is new, by all its cells or by some. */
function duplicates(table: Table, given: Json): ((row: Row) => boolean) | undefined {
  if (given === false) return undefined;
  const seen = fingerprints(table);
  if (!Array.isArray(given)) return (row) => seen.add(JSON.stringify(row));
  const places = given.map((name) => columnAt(table, String(name)));
  return (row) => seen.add(JSON.stringify(places.map((at) => row[at] ?? null)));
}

function fingerprints({ rows }: Table): Fingerprints {
  if (rows > mostFingerprints)
    throw new ProblemError(
      problem(
        'data-limit',
        { what: 'The number of rows to look for duplicates in', limit: mostFingerprints },
        { remedy: 'Say `duplicates: false` and ask for no `unique` column, or split the table.' },
      ),
    );
  return new Fingerprints(rows, randomInt(2 ** 31));
}
