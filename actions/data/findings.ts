import type { ActionContext } from '../../engine/connectors/action.ts';
import type { Outcome } from '../../engine/kernel/command.ts';
import { problem } from '../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import { objectsOf } from './table/columns.ts';
import { referenceJson } from './table/reference.ts';
import type { Table } from './table/table.ts';
import { writeTable } from './table/writer.ts';

/** What becomes of rows that do not pass: an error, nothing but a count, or a table of the others. */
export type OnFailure = 'fail' | 'report' | 'drop';

const mostKinds = 500;
const samples = 10;

/** How often each kind of thing was found, and in which rows first. */
export class Findings {
  readonly #kinds = new Map<string, { count: number; readonly rows: number[] }>();
  /** Of kinds that came when there were too many already. */
  others = 0;

  add(kind: string, row: number): void {
    let found = this.#kinds.get(kind);
    if (!found) {
      if (this.#kinds.size >= mostKinds) {
        this.others++;
        return;
      }
      found = { count: 0, rows: [] };
      this.#kinds.set(kind, found);
    }
    found.count++;
    if (found.rows.length < samples) found.rows.push(row);
  }

  count(kind: string): number {
    return this.#kinds.get(kind)?.count ?? 0;
  }

  rows(kind: string): readonly number[] {
    return this.#kinds.get(kind)?.rows ?? [];
  }

  /** The most frequent first. */
  list(): { readonly kind: string; readonly count: number; readonly rows: readonly number[] }[] {
    return [...this.#kinds].map(([kind, { count, rows }]) => ({ kind, count, rows })).sort((a, b) => b.count - a.count);
  }
}

export interface Checked {
  readonly valid: number;
  readonly invalid: number;
  /** With `drop`: those that passed, and those that did not. */
  readonly tables: { readonly table: Json; readonly rejected: Json } | undefined;
}

/** Asks `passes` about every row; `number` counts from 1. */
export async function checkRows(
  context: ActionContext,
  table: Table,
  onFailure: OnFailure,
  passes: (row: JsonObject, number: number) => boolean,
): Promise<Checked> {
  const toObject = objectsOf(table.columns);
  let valid = 0;
  let number = 0;
  if (onFailure !== 'drop') {
    for await (const block of table.blocks()) for (const row of block) if (passes(toObject(row), ++number)) valid++;
    return { valid, invalid: number - valid, tables: undefined };
  }
  let rejected: Json = null;
  const good = await writeTable(context, async (passed) => {
    const bad = await writeTable({ ...context, step: `${context.step}-rejected` }, async (failed) => {
      for await (const block of table.blocks()) {
        for (const row of block) (passes(toObject(row), ++number) ? passed : failed).add(row);
        if (passed.full) await passed.flush();
        if (failed.full) await failed.flush();
      }
      return table.columns;
    });
    rejected = referenceJson(bad);
    return table.columns;
  });
  return { valid: good.rows, invalid: number - good.rows, tables: { table: referenceJson(good), rejected } };
}

/** Fails where rows must pass and do not; the outputs tell which either way. */
export function verdict(onFailure: OnFailure, { valid, invalid }: Checked, first: string, option: string, outputs: JsonObject): Outcome {
  if (onFailure !== 'fail' || invalid === 0) return { kind: 'succeeded', outputs };
  const args = { count: invalid, rows: valid + invalid, first, option: `\`${option}: report\` or \`${option}: drop\`` };
  return { kind: 'failed', error: problem('data-invalid', args), outputs };
}

export const onFailureOf = (value: Json | undefined, otherwise: OnFailure): OnFailure =>
  value === 'fail' || value === 'report' || value === 'drop' ? value : otherwise;
