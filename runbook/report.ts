import type { Diagnostic, Severity } from './diagnostic.ts';
import { Lines } from './syntax/lines.ts';

/** A diagnostic as `runwright validate --json` prints it: 1-based, columns in UTF-16 units, the end exclusive. */
export interface ReportRow {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}

export function report(text: string, diagnostics: readonly Diagnostic[], file: string): ReportRow[] {
  const lines = new Lines(text);
  // Editors do not count a byte order mark as a column.
  const mark = text.startsWith('\ufeff') ? 1 : 0;
  const place = (offset: number) => {
    const { line, column } = lines.position(offset);
    return { line: line + 1, column: line === 0 ? Math.max(0, column - mark) + 1 : column + 1 };
  };
  return diagnostics.map(({ range, severity, code, message }) => {
    const start = place(range.start);
    const end = place(range.end);
    return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column, severity, code, message };
  });
}
