import type { Json } from '../../../runbook/core/json.ts';
import { numberIn } from '../stats/numbers.ts';
import { type Column, cellText, type Row } from '../table/columns.ts';

/** What a row says, as the model counts it. */
export interface Features {
  /** `column word`, in the order found. */
  readonly words: readonly string[];
  /** By place among the columns of numbers; NaN where there is none. */
  readonly numbers: readonly number[];
}

const mostWords = 200;

/** Columns of numbers are taken as numbers; of everything else the words, and the whole where it is short. `at`: places in the row, -1 for none. */
export function featuresOf(columns: readonly Column[], at: readonly number[]): { readonly numbers: number; of(row: Row): Features } {
  const numeric = columns.flatMap(({ type }, index) => (type === 'number' ? [index] : []));
  const texts = columns.flatMap(({ type }, index) => (type === 'number' ? [] : [index]));
  const cell = (row: Row, index: number): Json | undefined => row[at[index] ?? -1];
  return {
    numbers: numeric.length,
    of: (row) => ({
      numbers: numeric.map((index) => numberIn(cell(row, index), 'number')),
      words: texts.flatMap((index) => {
        const text = cellText(cell(row, index)).slice(0, 4000).toLowerCase();
        const words = (text.match(/[\p{L}\p{N}_]+/gu) ?? []).slice(0, mostWords);
        const whole = text !== '' && words.length > 1 && words.length <= 4 ? [text] : [];
        return [...words, ...whole].map((word) => `${columns[index]?.name} ${word}`);
      }),
    }),
  };
}
