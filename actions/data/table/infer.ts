import type { Json } from '../../../runbook/core/json.ts';
import type { ColumnType, Row } from './columns.ts';

const number = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?$/;
const time = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const boolean = /^(?:true|false)$/i;

type Guess = ColumnType | undefined;

/**
 * Finds the type of each column while its rows pass. A number is one that JSON holds exactly and that has no leading zero or plus:
 * `007`, a telephone number or an id of 20 digits stays text. What fits in no type alone is text.
 */
export class TypeInference {
  readonly #guesses: Guess[] = [];
  readonly #texts: boolean;

  /** `texts`: cells are texts that may stand for numbers, as in CSV; else a text is a text. */
  constructor({ texts }: { readonly texts: boolean }) {
    this.#texts = texts;
  }

  add(row: Row): void {
    for (let at = 0; at < row.length; at++) {
      const guess = this.#guesses[at];
      if (guess === (this.#texts ? 'text' : 'any')) continue;
      const found = this.#of(row[at], guess);
      if (found !== undefined && found !== guess) this.#guesses[at] = guess === undefined ? found : this.#mixed(guess, found);
    }
  }

  type(at: number): ColumnType {
    return this.#guesses[at] ?? 'text';
  }

  #mixed(one: ColumnType, other: ColumnType): ColumnType {
    const text = (type: ColumnType) => type === 'text' || type === 'time';
    return this.#texts || (text(one) && text(other)) ? 'text' : 'any';
  }

  #of(cell: Json | undefined, guess: Guess): Guess {
    if (cell === undefined || cell === null || (cell === '' && this.#texts)) return undefined;
    if (typeof cell === 'number') return 'number';
    if (typeof cell === 'boolean') return 'boolean';
    if (typeof cell !== 'string') return 'any';
    if (!this.#texts) return guess !== 'text' && time.test(cell) ? 'time' : 'text';
    // What held so far is asked first.
    if (guess !== 'time' && guess !== 'boolean' && number.test(cell)) return 'number';
    if (guess === 'number') return 'text';
    if (time.test(cell)) return 'time';
    return boolean.test(cell) ? 'boolean' : 'text';
  }
}
