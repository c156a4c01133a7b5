import { fieldsEvent, type LogEvent } from './event.ts';

const delimiters = [',', ';', '\t', '|'];

/** What divides all the lines into the same number of cells; undefined where nothing does. */
export function delimiterOf(lines: readonly string[]): string | undefined {
  if (lines.length === 0) return undefined;
  return delimiters.find((delimiter) => {
    const counts = lines.map((line) => cellsOf(line, delimiter).length);
    return (counts[0] ?? 0) > 1 && counts.every((count) => count === counts[0]);
  });
}

/** The first line names the fields. Each line is a record: a line end inside quotes begins another. */
export function csvReader(): (line: string) => LogEvent | undefined {
  let header: string[] | undefined;
  let delimiter = ',';
  return (line) => {
    if (!header) {
      delimiter = delimiters.toSorted((a, b) => cellsOf(line, b).length - cellsOf(line, a).length)[0] ?? ',';
      header = cellsOf(line.replace(/^\ufeff/, ''), delimiter).map((name) => name.trim());
      return undefined;
    }
    const names = header;
    const cells = cellsOf(line, delimiter).map((cell, index) => [names[index] ?? `column ${index + 1}`, cell] as const);
    return fieldsEvent(line, Object.fromEntries(cells));
  };
}

/** Cells of one line; quotes are doubled inside quotes. Written out, since a parser for each line would cost most of the time. */
export function cellsOf(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    if (line[at] === '"') {
      let cell = '';
      for (at++; at < line.length; at++) {
        const quote = line.indexOf('"', at);
        cell += line.slice(at, quote < 0 ? line.length : quote);
        at = quote < 0 ? line.length : quote + 1;
        if (line[at] !== '"') break;
        cell += '"';
      }
      const end = line.indexOf(delimiter, at);
      cells.push(cell + line.slice(at, end < 0 ? line.length : end));
      at = end < 0 ? line.length + 1 : end + 1;
    } else {
      const end = line.indexOf(delimiter, at);
      cells.push(line.slice(at, end < 0 ? line.length : end));
      at = end < 0 ? line.length + 1 : end + 1;
    }
  }
  return cells;
}
