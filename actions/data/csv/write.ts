import type { Json } from '../../../runbook/core/json.ts';
import { cellText, type Row } from '../table/columns.ts';

export interface CsvStyle {
  readonly delimiter: string;
  readonly end: '\n' | '\r\n';
  /** A cell that a spreadsheet would take for a formula gets a `'` before it. */
  readonly guard: boolean;
}

/** As OWASP lists them; a number is harmless and stays one. */
const formula = /^[=+\-@\t\r]/;
const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Makes a line of a row, its end included. `guarded` counts the cells that were changed. */
export function csvLines({ delimiter, end, guard }: CsvStyle): { line(row: Row, width: number): string; readonly guarded: () => number } {
  const special = new RegExp(`["\\r\\n]|${literally(delimiter)}|^[ \\t]|[ \\t]$`);
  let guarded = 0;
  const cellOf = (value: Json | undefined): string => {
    let text = cellText(value);
    if (guard && formula.test(text) && typeof value !== 'number' && !number.test(text)) {
      text = `'${text}`;
      guarded++;
    }
    return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return {
    line(row, width) {
      let line = cellOf(row[0]);
      // A single empty cell would be an empty line, which is no row.
      if (width === 1 && line === '') line = '""';
      for (let at = 1; at < width; at++) line += delimiter + cellOf(row[at]);
      return line + end;
    },
    guarded: () => guarded,
  };
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
