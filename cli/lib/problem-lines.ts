import type { ReportRow } from '../../runbook/report.ts';
import type { Io } from './io.ts';
import { oneLine } from './safe-text.ts';

const severityStyles = { error: 'red', warning: 'yellow', information: 'blue', hint: 'dim' } as const;
/** Of a long line only the part around the place is shown. */
const widest = 100;

/** A problem as compilers print it: its place and sentence, the line, and marks under the part that is meant. */
export function problemLines(style: Io['style'], row: ReportRow, lines: readonly string[]): string[] {
  const head = `${oneLine(row.file)}:${row.line}:${row.column} ${style(severityStyles[row.severity], row.severity)} ${oneLine(row.message)} ${style('dim', `(${row.code})`)}`;
  const source = lines[row.line - 1];
  if (source === undefined || source.trim() === '') return [head];
  const from = Math.max(0, row.column - 1 - widest / 2);
  const shown = source.slice(from, from + widest);
  const end = row.endLine === row.line ? row.endColumn : source.length + 1;
  const start = row.column - 1 - from;
  const length = Math.max(1, Math.min(end - row.column, shown.length - start));
  const number = String(row.line);
  const bar = style('dim', '|');
  return [
    head,
    `  ${style('dim', number)} ${bar} ${shown.replace(/\p{C}/gu, ' ').trimEnd()}`,
    `  ${' '.repeat(number.length)} ${bar} ${' '.repeat(Math.max(0, start))}${style(severityStyles[row.severity], '^'.repeat(length))}`,
  ];
}
